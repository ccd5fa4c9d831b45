//go:build !unix

package stdio

// Write writes all of b, or returns an error.
func (w Writer) Write(b []byte) (int, error) { return w.File.Write(b) }

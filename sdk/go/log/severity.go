package log

// Severity is a severity number (logs/data-model.md#field-severitynumber). Each name
// stands for the least severe of four numbers.
type Severity uint8

// Severities. The zero Severity is an unspecified one.
const (
	SeverityTrace Severity = 1
	SeverityDebug Severity = 5
	SeverityInfo  Severity = 9
	SeverityWarn  Severity = 13
	SeverityError Severity = 17
	SeverityFatal Severity = 21

	mostSevere Severity = 24
)

// SeverityOf returns n as a severity, the nearest one where n is out of range.
func SeverityOf(n int) Severity {
	return Severity(min(max(n, int(SeverityTrace)), int(mostSevere)))
}

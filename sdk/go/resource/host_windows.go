package resource

import (
	"syscall"
	"unsafe"
)

// registry returns a text of HKEY_LOCAL_MACHINE, "" where there is none.
func registry(key, name string) string {
	path, err := syscall.UTF16PtrFromString(key)
	if err != nil {
		return ""
	}
	value, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return ""
	}
	const view64 = 0x0100 // KEY_WOW64_64KEY: a program of 32 bits has a registry of its own
	var h syscall.Handle
	if err := syscall.RegOpenKeyEx(syscall.HKEY_LOCAL_MACHINE, path, 0, syscall.KEY_QUERY_VALUE|view64, &h); err != nil {
		return ""
	}
	defer syscall.RegCloseKey(h)
	var text [256]uint16
	kind, size := uint32(0), uint32(len(text)*2)
	err = syscall.RegQueryValueEx(h, value, nil, &kind, (*byte)(unsafe.Pointer(&text[0])), &size)
	if err != nil || kind != syscall.REG_SZ {
		return ""
	}
	return syscall.UTF16ToString(text[:size/2])
}

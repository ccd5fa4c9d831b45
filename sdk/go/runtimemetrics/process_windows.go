package runtimemetrics

import (
	"os"
	"syscall"
	"unsafe"
)

// In kernel32, which all processes have loaded. Each is looked for before it is called.
var (
	kernel32              = syscall.NewLazyDLL("kernel32.dll")
	getProcessMemoryInfo  = kernel32.NewProc("K32GetProcessMemoryInfo")
	getProcessHandleCount = kernel32.NewProc("GetProcessHandleCount")
)

// read leaves out context switches, of which Windows has no count for a process, and page faults, whose
// count begins anew after 32 bits.
func (u *usage) read() {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return
	}
	u.readTimes(process)
	u.readMemory(process)
	u.readHandles(process)
	u.readThreads()
}

func (u *usage) readTimes(process syscall.Handle) {
	var created, exited, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(process, &created, &exited, &kernel, &user) != nil {
		return
	}
	u.userSeconds, u.systemSeconds = seconds(user), seconds(kernel)
}

// seconds returns a duration, which is counted in units of 100 nanoseconds.
func seconds(t syscall.Filetime) float64 {
	return float64(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) / 1e7
}

// memoryCounters is PROCESS_MEMORY_COUNTERS_EX (psapi.h).
type memoryCounters struct {
	size                       uint32
	pageFaultCount             uint32
	peakWorkingSetSize         uintptr
	workingSetSize             uintptr
	quotaPeakPagedPoolUsage    uintptr
	quotaPagedPoolUsage        uintptr
	quotaPeakNonPagedPoolUsage uintptr
	quotaNonPagedPoolUsage     uintptr
	pagefileUsage              uintptr
	peakPagefileUsage          uintptr
	privateUsage               uintptr
}

// The structure has no gaps, on any processor.
const _ = -(unsafe.Sizeof(memoryCounters{}) - (8 + 9*unsafe.Sizeof(uintptr(0))))

func (u *usage) readMemory(process syscall.Handle) {
	if getProcessMemoryInfo.Find() != nil {
		return
	}
	var m memoryCounters
	m.size = uint32(unsafe.Sizeof(m))
	ok, _, _ := getProcessMemoryInfo.Call(uintptr(process), uintptr(unsafe.Pointer(&m)), uintptr(m.size))
	if ok != 0 {
		u.resident, u.virtual = int64(m.workingSetSize), int64(m.privateUsage)
	}
}

func (u *usage) readHandles(process syscall.Handle) {
	if getProcessHandleCount.Find() != nil {
		return
	}
	var n uint32
	if ok, _, _ := getProcessHandleCount.Call(uintptr(process), uintptr(unsafe.Pointer(&n))); ok != 0 {
		u.handles = int64(n)
	}
}

// readThreads looks for the process among all: there is no other way that is documented.
func (u *usage) readThreads() {
	snapshot, err := syscall.CreateToolhelp32Snapshot(syscall.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return
	}
	defer syscall.CloseHandle(snapshot)
	entry := syscall.ProcessEntry32{Size: uint32(unsafe.Sizeof(syscall.ProcessEntry32{}))}
	own := uint32(os.Getpid())
	for err = syscall.Process32First(snapshot, &entry); err == nil; err = syscall.Process32Next(snapshot, &entry) {
		if entry.ProcessID == own {
			u.threads = int64(entry.Threads)
			return
		}
	}
}

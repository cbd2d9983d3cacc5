package redistest

import "syscall"

// dieWithParent ends a server with the test, even one that panics or is killed.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

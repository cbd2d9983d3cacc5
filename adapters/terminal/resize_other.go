//go:build !unix

package terminal

// onResize does nothing where no signal tells of a new size.
func onResize(func()) (stop func()) { return func() {} }

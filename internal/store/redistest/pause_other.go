//go:build !unix

package redistest

// Pause would stop the server where it is; Redis does not run here anyway.
func (s *Server) Pause() { panic("a process cannot be paused here") }

// Resume would let it go on.
func (s *Server) Resume() { panic("a process cannot be paused here") }

package redistest

import (
	"net"
	"sync"
	"testing"
)

// Proxy is a link to a server that can hang.
type Proxy struct {
	Addr string // to connect to in the server's place

	listener net.Listener
	to       string
	mu       sync.Mutex
	hung     chan struct{} // closed when the link works
	conns    []net.Conn
	work     sync.WaitGroup
}

// NewProxy starts a proxy in front of an address, and stops it with the test.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: l.Addr().String(), listener: l, to: to, hung: make(chan struct{})}
	close(p.hung)
	p.work.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

// Hang keeps every connection open, takes new ones, and forwards nothing.
func (p *Proxy) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = make(chan struct{})
}

// Mend forwards again, beginning with what has piled up.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.hung)
}

func (p *Proxy) works() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hung
}

func (p *Proxy) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil {
			_ = in.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		p.mu.Unlock()
		p.work.Go(func() { p.forward(out, in) })
		p.work.Go(func() { p.forward(in, out) })
	}
}

func (p *Proxy) forward(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		<-p.works()
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *Proxy) stop() {
	_ = p.listener.Close()
	p.mu.Lock()
	select {
	case <-p.hung:
	default:
		close(p.hung)
	}
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
}

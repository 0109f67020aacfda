// C24 to C26: the client closes its connection. When does the handler's context end, when the handler, when the connection?
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"time"
)

var failed bool

// say tells what was seen, and whether it is what the page says.
func say(claim string, asThePage bool, format string, args ...any) {
	mark := "ok "
	if !asThePage {
		mark, failed = "NOT", true
	}
	fmt.Printf("%s %s %s\n", claim, mark, fmt.Sprintf(format, args...))
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

const work = 1000 * time.Millisecond

// looks is a handler that waits for its context and for the work together.
func looks(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(work):
	}
}

// asksOnce is the article's handler.
func asksOnce(w http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	default:
		time.Sleep(work)
		w.Write([]byte("done"))
	}
}

func reads(w http.ResponseWriter, r *http.Request) {
	io.ReadAll(r.Body)
	looks(w, r)
}

// leave sends a request and closes 100 ms later; what happened when, counted from the close.
func leave(handler http.HandlerFunc, request string) (done, returned, closed time.Duration) {
	ended, back, gone := make(chan time.Time, 1), make(chan time.Time, 1), make(chan time.Time, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() { <-r.Context().Done(); ended <- time.Now() }()
		handler(w, r)
		back <- time.Now()
	}))
	server.Config.IdleTimeout = 30 * time.Second
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			gone <- time.Now()
		}
	}
	server.Start()
	defer server.Close()
	conn, _ := net.Dial("tcp", server.Listener.Addr().String())
	io.WriteString(conn, request)
	time.Sleep(100 * time.Millisecond)
	left := time.Now()
	conn.Close()
	returned, closed, done = (<-back).Sub(left), (<-gone).Sub(left), (<-ended).Sub(left)
	return
}

func main() {
	fmt.Println(runtime.Version())
	get := "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	post := "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
	soon, late := 300*time.Millisecond, work-300*time.Millisecond

	done, returned, closed := leave(looks, get)
	say("C25", done < soon && returned < soon, "GET: context done after %s, handler back after %s", ms(done), ms(returned))
	say("C24", closed-returned < soon, "idle timeout 30 s: connection closed %s after the handler's return", ms(closed-returned))
	done, returned, _ = leave(reads, post)
	say("C25", done < soon && returned < soon, "POST, body read: context done after %s, handler back after %s", ms(done), ms(returned))
	_, returned, _ = leave(looks, post)
	say("C25", returned > late, "POST, five bytes unread: handler back after %s, all of its work done", ms(returned))
	done, returned, _ = leave(asksOnce, get)
	say("C26", done < soon && returned > late, "a select with a default: context done after %s, handler back after %s", ms(done), ms(returned))
	if failed {
		os.Exit(1)
	}
}

// C02, C34 to C36, C38, C39: database/sql alone, over a driver of a few lines, so that what is seen is the pool's doing.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
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

// conn takes as long for a statement as its text says. A context that ends closes it, as pgx does by default.
type conn struct{ closed bool }

var begun atomic.Int32

func (c *conn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not here") }
func (c *conn) Close() error                        { return nil }
func (c *conn) Begin() (driver.Tx, error)           { begun.Add(1); return nil, errors.New("not here") }

func (c *conn) wait(ctx context.Context, query string) error {
	if c.closed {
		return driver.ErrBadConn
	}
	long, err := time.ParseDuration(query)
	if err != nil {
		return err
	}
	select {
	case <-time.After(long):
		return nil
	case <-ctx.Done():
		c.closed = true
		return ctx.Err()
	}
}

func (c *conn) QueryContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	return rows{}, c.wait(ctx, query)
}

func (c *conn) ExecContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	return driver.ResultNoRows, c.wait(ctx, query)
}

// valid is the same with the one line that pgx/stdlib lacks.
type valid struct{ conn }

func (v *valid) IsValid() bool { return !v.closed }

type rows struct{}

func (rows) Columns() []string         { return []string{"a"} }
func (rows) Close() error              { return nil }
func (rows) Next([]driver.Value) error { return io.EOF }

type drivers struct{ valid bool }

func (d drivers) Open(string) (driver.Conn, error) {
	if d.valid {
		return &valid{}, nil
	}
	return &conn{}, nil
}

func open(name string, most int) *sql.DB {
	db, _ := sql.Open(name, "")
	db.SetMaxOpenConns(most)
	return db
}

// within runs f under a context of that length.
func within(limit time.Duration, f func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	start := time.Now()
	err := f(ctx)
	return time.Since(start), err
}

func query() {
	db := open("plain", 5)
	defer db.Close()
	took, _ := within(50*time.Millisecond, func(context.Context) error {
		r, err := db.Query("400ms")
		if err == nil {
			r.Close()
		}
		return err
	})
	say("C02", took > 300*time.Millisecond, "db.Query of 400 ms, a context of 50 ms in scope: %s", ms(took))
	took, err := within(50*time.Millisecond, func(ctx context.Context) error {
		_, err := db.QueryContext(ctx, "400ms")
		return err
	})
	say("C39", begun.Load() == 0 && errors.Is(err, context.DeadlineExceeded), "db.QueryContext: %s; Begin was called %d times", ms(took), begun.Load())
	for i := 0; i < 5; i++ {
		db.Query("0s") // the sample's: rows that nobody closes
	}
	say("C02", db.Stats().InUse == 5, "five queries whose rows are never closed: InUse=%d", db.Stats().InUse)
}

func held() {
	db := open("plain", 3)
	ctx, cancel := context.WithCancel(context.Background())
	one, _ := db.Conn(ctx)
	cancel()
	_, after := one.ExecContext(context.Background(), "0s")
	took, err := within(50*time.Millisecond, func(ctx context.Context) error {
		_, err := one.ExecContext(ctx, "1s")
		return err
	})
	say("C34", after == nil && errors.Is(err, context.DeadlineExceeded), "a Conn whose context has ended works: %v; each call on it has its own: %s of 1 s", after == nil, ms(took))
	db.Close()

	db = open("plain", 3)
	for i := 0; i < 3; i++ {
		within(time.Second, func(ctx context.Context) error { _, err := db.Conn(ctx); return err })
	}
	for i := 0; i < 5; i++ {
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
	}
	took, err = within(200*time.Millisecond, func(ctx context.Context) error { _, err := db.Conn(ctx); return err })
	say("C35", db.Stats().InUse == 3 && err != nil, "3 leaked Conns of 3, contexts ended, 5 collections: InUse=%d; the next one: %v after %s", db.Stats().InUse, err, ms(took))
	s := db.Stats()
	say("C36", s.OpenConnections == s.InUse+s.Idle, "DBStats: OpenConnections=%d InUse=%d Idle=%d", s.OpenConnections, s.InUse, s.Idle)
}

// crowd has four innocent callers without a deadline beside forty who give up, on a pool of four.
func crowd(name string) (good, bad int32) {
	db := open(name, 4)
	defer db.Close()
	var all sync.WaitGroup
	var ok, failed atomic.Int32
	end := time.Now().Add(3 * time.Second)
	for i := 0; i < 44; i++ {
		all.Add(1)
		go func(innocent bool) {
			defer all.Done()
			for time.Now().Before(end) {
				if !innocent {
					within(15*time.Millisecond, func(ctx context.Context) error { _, err := db.ExecContext(ctx, "150ms"); return err })
				} else if _, err := db.Exec("1ms"); err != nil {
					failed.Add(1)
				} else {
					ok.Add(1)
				}
			}
		}(i >= 40)
	}
	all.Wait()
	return ok.Load(), failed.Load()
}

func main() {
	fmt.Println(runtime.Version())
	sql.Register("plain", drivers{false})
	sql.Register("valid", drivers{true})
	query()
	held()
	good, bad := crowd("plain")
	say("C38", bad > 0, "a driver that closes on cancel: %d of %d innocent queries failed", bad, good+bad)
	good, bad = crowd("valid")
	say("C38", bad == 0, "the same with IsValid: %d of %d", bad, good+bad)
	if failed {
		os.Exit(1)
	}
}

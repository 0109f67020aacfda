// C02 to C04, C41 to C43, C45: what drivers do with a context, on a real PostgreSQL. DATABASE_URL says where it is:
// postgres://user@host:port/database, without TLS.
//
// needs: golang-github-jackc-pgx-v4-dev golang-github-lib-pq-dev golang-github-jmoiron-sqlx-dev, DATABASE_URL
package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v4"
	_ "github.com/jackc/pgx/v4/stdlib"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
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

// path stands before the server. It counts cancel requests, and can go silent: what it reads then is lost.
type path struct {
	to      string
	cancels atomic.Int32
	silent  atomic.Bool
}

// through gives the server's URL, by way of the path.
func (p *path) through(server string) string {
	at, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	p.to = at.Host
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", p.to)
			if err != nil {
				client.Close()
				continue
			}
			go p.copy(server, client, true)
			go p.copy(client, server, false)
		}
	}()
	at.Host = listener.Addr().String()
	at.RawQuery = "sslmode=disable"
	return at.String()
}

func (p *path) copy(to, from net.Conn, requests bool) {
	buffer := make([]byte, 65536)
	for first := true; ; first = false {
		n, err := from.Read(buffer)
		if first && requests && n >= 8 && binary.BigEndian.Uint32(buffer[4:8]) == 80877102 {
			p.cancels.Add(1)
		}
		if n > 0 && !p.silent.Load() {
			to.Write(buffer[:n])
		}
		if err != nil {
			to.Close()
			return
		}
	}
}

func drain(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// within runs f under a context of that length.
func within(limit time.Duration, f func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	start := time.Now()
	err := f(ctx)
	return time.Since(start), err
}

func queries(driver, server string) {
	wire := new(path)
	dsn := wire.through(server)
	db, _ := sql.Open(driver, dsn)
	defer db.Close()
	if err := db.Ping(); err != nil {
		panic(err)
	}
	took, _ := within(100*time.Millisecond, func(context.Context) error { return drain(db.Query("select pg_sleep(0.6)")) })
	say("C02", took > 550*time.Millisecond, "%s: Query of 600 ms, a context of 100 ms in scope: %s", driver, ms(took))
	limited, _ := sql.Open(driver, dsn+"&statement_timeout=150")
	took, err := within(time.Minute, func(context.Context) error { return drain(limited.Query("select pg_sleep(3)")) })
	limited.Close()
	say("C03", err != nil && took < time.Second, "%s: Query of 3 s, statement_timeout of 150 ms: %s", driver, ms(took))
	before := wire.cancels.Load()
	took, err = within(100*time.Millisecond, func(ctx context.Context) error { return drain(db.QueryContext(ctx, "select pg_sleep(3)")) })
	time.Sleep(100 * time.Millisecond)
	say("C04", err != nil && took < time.Second, "%s: QueryContext of 3 s, context of 100 ms: %s, cancel requests: %d", driver, ms(took), wire.cancels.Load()-before)
	say("C45", errors.Is(err, context.DeadlineExceeded) == (driver == "pgx"), "%s: the error: %v; DeadlineExceeded: %v", driver, err, errors.Is(err, context.DeadlineExceeded))
}

// blackHole lets the path go silent while a query runs.
func blackHole(driver, server string) {
	wire := new(path)
	db, _ := sql.Open(driver, wire.through(server))
	if err := db.Ping(); err != nil {
		panic(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { wire.silent.Store(true) })
	back := make(chan time.Duration, 1)
	go func() {
		took, _ := within(200*time.Millisecond, func(ctx context.Context) error { return drain(db.QueryContext(ctx, "select pg_sleep(0.5)")) })
		back <- took
	}()
	select {
	case took := <-back:
		say("C04", driver == "pgx", "%s: the network falls silent, context of 200 ms: %s", driver, ms(took))
	case <-time.After(3 * time.Second):
		say("C04", driver == "postgres", "%s: the network falls silent, context of 200 ms: not back after 3 s", driver)
	}
}

func cancelRequest(server string) {
	wire := new(path)
	conn, err := pgx.Connect(context.Background(), wire.through(server))
	if err != nil {
		panic(err)
	}
	say("C42", wire.cancels.Load() == 0, "pgx: cancel requests before the query: %d", wire.cancels.Load())
	took, _ := within(100*time.Millisecond, func(ctx context.Context) error { _, err := conn.Exec(ctx, "select pg_sleep(3)"); return err })
	time.Sleep(200 * time.Millisecond)
	say("C41", conn.IsClosed() && wire.cancels.Load() == 1, "pgx: ended at %s, connection closed: %v, cancel requests: %d", ms(took), conn.IsClosed(), wire.cancels.Load())
}

func variants(server string) {
	db, err := sqlx.Open("pgx", server+"?sslmode=disable")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	db.Ping()
	var text string
	const slow = "select pg_sleep(0.4)::text"
	for _, one := range []struct {
		name  string
		bound bool
		run   func(context.Context) error
	}{
		{"QueryRow", false, func(context.Context) error { return db.QueryRow(slow).Scan(&text) }},
		{"QueryRowx", false, func(context.Context) error { return db.QueryRowx(slow).Scan(&text) }},
		{"QueryRowContext", true, func(ctx context.Context) error { return db.QueryRowContext(ctx, slow).Scan(&text) }},
		{"GetContext", true, func(ctx context.Context) error { return db.GetContext(ctx, &text, slow) }},
	} {
		took, err := within(100*time.Millisecond, one.run)
		say("C43", (err != nil) == one.bound, "sqlx %s of 400 ms, context of 100 ms: %s", one.name, ms(took))
	}
}

// race cancels at about the time when the answer comes, for two seconds: is an answer ever another's, or a nil error a lie?
func race(server string) {
	db, _ := sql.Open("pgx", server+"?sslmode=disable")
	defer db.Close()
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	var good, wrong, late, failed atomic.Int64
	var all sync.WaitGroup
	ends := time.Now().Add(2 * time.Second)
	for worker := 0; worker < 8; worker++ {
		all.Add(1)
		go func(worker int) {
			defer all.Done()
			for n := worker; time.Now().Before(ends); n += 8 {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(n%4000)*time.Microsecond)
				var got int
				err := db.QueryRowContext(ctx, "select $1::int", n).Scan(&got)
				switch {
				case err != nil:
					failed.Add(1)
				case got != n:
					wrong.Add(1)
				default:
					good.Add(1)
					if ctx.Err() != nil {
						late.Add(1)
					}
				}
				cancel()
			}
		}(worker)
	}
	all.Wait()
	say("C37", wrong.Load() == 0 && good.Load() > 0 && failed.Load() > 0,
		"pgx: %d good answers, %d of them with the context already done, %d cancelled; answers that were another's: %d",
		good.Load(), late.Load(), failed.Load(), wrong.Load())
}

func main() {
	fmt.Println(runtime.Version())
	server := os.Getenv("DATABASE_URL")
	for _, driver := range []string{"pgx", "postgres"} {
		queries(driver, server)
		blackHole(driver, server)
	}
	cancelRequest(server)
	variants(server)
	race(server)
	if failed {
		os.Exit(1)
	}
}

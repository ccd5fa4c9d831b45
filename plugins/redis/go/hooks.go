// Package redis makes spans of commands and pipelines of github.com/redis/go-redis/v9.
package redis

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"go.weft.dev/sdk/semconv/dbconv"
	"go.weft.dev/sdk/trace"
)

var scope = trace.NewScope("go.weft.dev/plugins/redis", "0.1.0")

// beforeProcess starts the span of a command. Hooks (*baseClient).process, which retries.
func beforeProcess(opt *redis.Options, pool any, ctx context.Context, cmd redis.Cmder) *dbconv.Operation {
	if setsUp(pool) {
		return nil
	}
	return dbconv.StartCommand(scope, ctx, targetOf(opt), cmd.FullName(), cmd.Name(), len(cmd.Args())-1)
}

func afterProcess(o *dbconv.Operation, err error) { o.End(failure(err)) }

// A pipeline is an operation of several commands.
type pipeline struct {
	operation *dbconv.Operation
	commands  []redis.Cmder
}

// beforePipeline starts the span of a pipeline. Hooks (*baseClient).processPipeline.
func beforePipeline(opt *redis.Options, pool any, ctx context.Context, commands []redis.Cmder) *pipeline {
	return startPipeline(opt, pool, ctx, commands, "PIPELINE")
}

// beforeTxPipeline hooks (*baseClient).processTxPipeline.
func beforeTxPipeline(opt *redis.Options, pool any, ctx context.Context, commands []redis.Cmder) *pipeline {
	return startPipeline(opt, pool, ctx, inTransaction(commands), "MULTI")
}

// beforeClusterPipeline hooks (*ClusterClient).processPipeline, which talks to several servers.
func beforeClusterPipeline(ctx context.Context, commands []redis.Cmder) *pipeline {
	return startPipeline(nil, nil, ctx, commands, "PIPELINE")
}

// beforeClusterTxPipeline hooks (*ClusterClient).processTxPipeline.
func beforeClusterTxPipeline(ctx context.Context, commands []redis.Cmder) *pipeline {
	return startPipeline(nil, nil, ctx, inTransaction(commands), "MULTI")
}

// inTransaction leaves out the MULTI and EXEC that the library puts around the caller's commands.
func inTransaction(commands []redis.Cmder) []redis.Cmder {
	last := len(commands) - 1
	if last > 0 && commands[0].Name() == "multi" && commands[last].Name() == "exec" {
		return commands[1:last]
	}
	return commands
}

func startPipeline(
	opt *redis.Options, pool any, ctx context.Context, commands []redis.Cmder, name string,
) *pipeline {
	if setsUp(pool) || len(commands) == 0 {
		return nil
	}
	const most = 64 // commands that the text shows
	texts := make([]string, 0, min(len(commands), most))
	for _, cmd := range commands[:min(len(commands), most)] {
		texts = append(texts, textOf(cmd))
	}
	operation := dbconv.Start(scope, ctx, targetOf(opt), dbconv.Call{
		Name: name, Operation: name, Text: strings.Join(texts, "\n"), BatchSize: len(commands),
	})
	if operation == nil {
		return nil
	}
	return &pipeline{operation, commands}
}

// afterPipeline looks past keys that do not exist, at the first command that failed.
func afterPipeline(p *pipeline, err error) {
	err = failure(err)
	for i := 0; err == nil && i < len(p.commands); i++ {
		err = failure(p.commands[i].Err())
	}
	p.operation.End(err)
}

// failure leaves out errors that are answers: no such key, a transaction that lost against another.
func failure(err error) error {
	if errors.Is(err, redis.Nil) || errors.Is(err, redis.TxFailedErr) {
		return nil
	}
	return err
}

// setsUp tells whether commands set up a new connection: those are the library's own.
func setsUp(pool any) bool {
	return pool != nil && reflect.TypeOf(pool).String() == "*pool.SingleConnPool"
}

func textOf(cmd redis.Cmder) string {
	return dbconv.CommandText(dbconv.CommandName(cmd.Name()), len(cmd.Args())-1)
}

// server is where a client's commands go, with the options that say so.
type server struct {
	network, address string
	database         int
	target           dbconv.Target
}

// servers remembers some of the servers of this program's clients: their addresses need not be taken apart for
// each command.
var servers [16]atomic.Pointer[server]

func targetOf(opt *redis.Options) *dbconv.Target {
	if opt == nil {
		return &dbconv.Target{System: dbconv.Redis}
	}
	last := 0
	if n := len(opt.Addr); n > 0 {
		last = int(opt.Addr[n-1])
	}
	slot := &servers[uint(last+opt.DB)%uint(len(servers))]
	if s := slot.Load(); s != nil && s.address == opt.Addr && s.database == opt.DB && s.network == opt.Network {
		return &s.target
	}
	s := &server{network: opt.Network, address: opt.Addr, database: opt.DB}
	s.target = dbconv.Target{System: dbconv.Redis, Namespace: strconv.Itoa(opt.DB)}
	if opt.Network == "unix" {
		s.target.Address = opt.Addr
	} else {
		s.target.SetHost(opt.Addr)
	}
	slot.Store(s)
	return &s.target
}

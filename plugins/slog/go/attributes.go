package slog

import (
	"log/slog"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/log"
)

// attributes adds attributes to a record, as the handlers of log/slog add them to a line.
type attributes struct {
	record  *log.Record
	groups  []string // that are open
	replace []replacer
}

// replacer is the ReplaceAttr of a handler. Programs hide secrets by it, so what it does to lines is done to
// records. It cannot be known which handler is behind a logger; each one counts for all.
type replacer = func(groups []string, attr slog.Attr) slog.Attr

var known atomic.Pointer[[]replacer]

// maxReplacers bounds how many are kept; each function counts once.
const maxReplacers = 16

// beforeNewHandler hooks NewJSONHandler and NewTextHandler.
func beforeNewHandler(options *slog.HandlerOptions) {
	if options == nil || options.ReplaceAttr == nil {
		return
	}
	for {
		before := known.Load()
		var list []replacer
		if before != nil {
			list = *before
		}
		at := reflect.ValueOf(options.ReplaceAttr).Pointer()
		if len(list) >= maxReplacers || slices.ContainsFunc(list, func(f replacer) bool {
			return reflect.ValueOf(f).Pointer() == at
		}) {
			return
		}
		list = append(slices.Clone(list), options.ReplaceAttr)
		if known.CompareAndSwap(before, &list) {
			return
		}
	}
}

func replacers() []replacer {
	if list := known.Load(); list != nil {
		return *list
	}
	return nil
}

// head sets what is no attribute. Levels are as far apart as severities (logs/data-model.md).
func (a *attributes) head(level slog.Level, message string) {
	a.record.SetTime(time.Now())
	a.record.SetSeverity(log.SeverityOf(int(level)+int(log.SeverityInfo)), level.String())
	for _, f := range a.replace {
		if attr := f(nil, slog.String(slog.MessageKey, message)); attr.Value.Kind() == slog.KindString {
			message = attr.Value.String()
		}
	}
	a.record.SetBody(message)
}

// args adds arguments as [slog.Logger.Log] reads them.
func (a *attributes) args(args []any) {
	var list slog.Record
	list.Add(args...)
	list.Attrs(func(attr slog.Attr) bool {
		a.attr(attr)
		return true
	})
}

func (a *attributes) open(group string) {
	a.record.OpenGroup(group)
	if len(a.replace) > 0 {
		a.groups = append(a.groups, group)
	}
}

func (a *attributes) close() {
	a.record.CloseGroup()
	if n := len(a.groups); n > 0 {
		a.groups = a.groups[:n-1]
	}
}

func (a *attributes) attr(attr slog.Attr) {
	v := attr.Value.Resolve()
	if v.Kind() != slog.KindGroup {
		for _, f := range a.replace {
			attr.Value = v
			attr = f(a.groups, attr)
			v = attr.Value.Resolve()
		}
	}
	switch r, key := a.record, attr.Key; v.Kind() {
	case slog.KindString:
		r.String(key, v.String())
	case slog.KindInt64:
		r.Int(key, v.Int64())
	case slog.KindUint64:
		r.Uint(key, v.Uint64())
	case slog.KindFloat64:
		r.Float(key, v.Float64())
	case slog.KindBool:
		r.Bool(key, v.Bool())
	case slog.KindGroup:
		if key != "" { // else its attributes belong to what it is in
			a.open(key)
			defer a.close()
		}
		for _, attr := range v.Group() {
			a.attr(attr)
		}
	default:
		r.Any(key, v.Any())
	}
}

// addTo adds what a logger was given.
func (d *added) addTo(a *attributes) {
	switch {
	case d == nil:
	case d.group != "":
		d.to.addTo(a)
		a.open(d.group)
	default:
		d.to.addTo(a)
		a.args(d.attrs)
	}
}

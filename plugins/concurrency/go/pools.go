package concurrency

import "go.weft.dev/sdk/trace"

// beforeSubmit hooks (*Pool).Submit.
func beforeSubmit(task func()) func() { return trace.Bind(task) }

// An invocation is the argument of a pool's function and the span that was current when it was handed
// over.
type invocation struct {
	binding  trace.Binding
	argument any
}

// beforeInvoke hooks (*PoolWithFunc).Invoke. A nil argument ends a worker.
func beforeInvoke(argument any) any {
	if argument == nil {
		return nil
	}
	return &invocation{trace.Capture(), argument}
}

// beforeNewPool gives the pool's function its argument back. Hooks NewPoolWithFunc.
func beforeNewPool(f func(any)) func(any) {
	if f == nil {
		return nil
	}
	return func(argument any) {
		i, ok := argument.(*invocation)
		if !ok {
			f(argument)
			return
		}
		i.binding.Run(func() { f(i.argument) })
	}
}

// beforeWorker starts a goroutine that will work for many without a span. Hooks the functions that do so,
// and those that may be called on a goroutine of the program's.
func beforeWorker() *trace.Entered { return trace.Binding{}.Enter() }

func afterWorker(e *trace.Entered) { e.Leave() }

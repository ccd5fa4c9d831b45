// Spans of github.com/miekg/dns. This file says where hooks go; go/ says what they do.

#include "weft.h" // `weft plugin build` puts it into .weft/c

WEFT_PLUGIN("dns", "0.1.0", "Apache-2.0", "Client and server spans of github.com/miekg/dns")

static const char client[] = {
#embed "go/client.go"
};

static const char server[] = {
#embed "go/server.go"
};

void describe(weft_descriptor *d, const weft_settings *settings) {
	(void)settings;
	weft_add_hook_file(d, "client.go", client, sizeof client);
	weft_add_hook_file(d, "server.go", server, sizeof server);
	weft_interest *interest = weft_add_interest(d, "github.com/miekg/dns", ">=1.1.26, <2");
	weft_match_function(interest, "*Client", "Exchange", true);
	weft_match_function(interest, "*Client", "ExchangeContext", true);
	weft_match_function(interest, "*Client", "ExchangeWithConn", false);        // not in 1.1.26
	weft_match_function(interest, "*Client", "ExchangeWithConnContext", false); // not in 1.1.53
	weft_match_function(interest, "*Server", "serveDNS", true);
	weft_match_function(interest, "*response", "Write", true);
}

// An exchange gets a context or none, a message, and an address or a connection.
static void hook_exchange(const weft_function *f, size_t join_point, weft_advices *out) {
	bool with_context = weft_is(f->parameters.items[0].go_type, "context.Context");
	weft_hook *hook = weft_add_hook(out, join_point, with_context ? "beforeExchangeContext" : "beforeExchange", "afterExchange");
	weft_pass_field(hook, 0, "Net");
	for (size_t i = 0; i < f->parameters.length; i++) weft_pass(hook, i + 1);
	if (with_context) weft_replace(hook, 1);
	weft_pass_result(hook, 0); // the answer
	weft_pass_result(hook, 2); // the error
}

void advise(const weft_package *p, const weft_settings *settings, weft_advices *out) {
	(void)settings;
	for (size_t i = 0; i < p->join_points.length; i++) {
		const weft_function *f = weft_declaration(&p->join_points.items[i]);
		weft_hook *hook;
		if (weft_is(f->name, "serveDNS")) {
			hook = weft_add_hook(out, i, "beforeServe", "afterServe");
			weft_pass(hook, weft_parameter_index(f, "m"));
			weft_pass(hook, weft_parameter_index(f, "w"));
		} else if (weft_is(f->name, "Write")) {
			hook = weft_add_hook(out, i, "beforeWrite", NULL);
			weft_pass(hook, 0); // the response
			weft_pass(hook, weft_parameter_index(f, "m"));
		} else {
			hook_exchange(f, i, out);
		}
	}
}

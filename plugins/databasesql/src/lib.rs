//! Client spans of `database/sql`, with any driver.

use weft_plugin::{
    Advices, Descriptor, Package, Plugin, Result, Settings, export, function, hooks, method,
};

/// See the crate.
pub struct DatabaseSql;

export!(DatabaseSql);

impl Plugin for DatabaseSql {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go"]);
        d.permission("import:database/sql/driver");
        let sql = d.interest("database/sql", "");
        sql.requiring(function("Open"))
            .requiring(function("OpenDB"))
            .requiring(method("*DB", "Close"));
        for receiver in ["*DB", "*Conn", "*Tx", "*Stmt"] {
            sql.requiring(method(receiver, "ExecContext"))
                .requiring(method(receiver, "QueryContext"));
        }
        for receiver in ["*DB", "*Conn", "*Tx"] {
            sql.requiring(method(receiver, "PrepareContext"));
        }
        for receiver in ["*DB", "*Conn"] {
            sql.requiring(method(receiver, "PingContext"))
                .requiring(method(receiver, "BeginTx"));
        }
        sql.requiring(method("*Tx", "Commit"))
            .requiring(method("*Tx", "Rollback"))
            .requiring(method("*Tx", "close"))
            .requiring(method("*DB", "connectionOpener"))
            .requiring(method("*DB", "connectionCleaner"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            let receiver = f.receiver().unwrap_or_default();
            let db = if receiver == "*DB" { "recv" } else { "recv.db" };
            match (receiver, f.name()) {
                ("", "Open") => {
                    out.hook(f)
                        .before("beforeOpen")
                        .after("afterOpen")
                        .results(["0"]);
                }
                ("", "OpenDB") => {
                    out.hook(f).before("beforeOpenDB").after("afterOpenDB");
                }
                ("*DB", "Close") => {
                    out.hook(f).before("beforeCloseDB").arguments(["recv"]);
                }
                ("*Stmt", "ExecContext" | "QueryContext") => {
                    out.hook(f)
                        .before("beforeQuery")
                        .after("after")
                        .arguments([db, "0", "recv.query"])
                        .results(["1"]);
                }
                (_, "ExecContext" | "QueryContext") => {
                    out.hook(f)
                        .before("beforeQuery")
                        .after("after")
                        .arguments([db, "0", "1"])
                        .results(["1"]);
                }
                (_, "PrepareContext") => {
                    out.hook(f)
                        .before("beforePrepare")
                        .after("after")
                        .arguments([db, "0", "1"])
                        .results(["1"]);
                }
                (_, "PingContext") => {
                    out.hook(f)
                        .before("beforePing")
                        .after("after")
                        .arguments([db, "0"]);
                }
                (_, "BeginTx") => {
                    out.hook(f)
                        .before("beforeBegin")
                        .after("afterBegin")
                        .arguments([db, "0"]);
                }
                ("*Tx", "Commit" | "Rollback") => {
                    out.hook(f)
                        .before(&format!("before{}", f.name()))
                        .after("after")
                        .arguments(["recv", db, "recv.ctx"]);
                }
                ("*Tx", "close") => {
                    out.hook(f).before("beforeClose").arguments(["recv"]);
                }
                // connectionOpener and connectionCleaner outlive the span in which they start.
                _ => out.detach(f),
            }
        }
        Ok(())
    }
}

//! What is woven into `database/sql` of the installed Go.

use weft_plugin::harness::describe;
use weft_plugin_databasesql::DatabaseSql;
use weft_plugins_testing::{points, standard};

#[test]
fn describes_itself() {
    assert_eq!(describe(&DatabaseSql, &[]).unwrap().name, "databasesql");
}

#[test]
fn installed_go() {
    let woven = standard("database/sql").weave(&DatabaseSql).unwrap();
    insta::assert_snapshot!(points(&woven));
}

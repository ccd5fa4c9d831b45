package dbconv

import (
	"reflect"
	"strconv"
)

// TypeName returns the import path and name of a value's type, for SystemOf.
func TypeName(v any) string {
	t := reflect.TypeOf(v)
	if t == nil {
		return ""
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() + "." + t.Name()
}

// ConfigTarget reads a target from the configuration that a connector holds: fields that drivers call
// Host, Addr, Port, Database and DBName, in the connector or in structs that it holds. Nothing else is
// looked at.
func ConfigTarget(system string, connector any) Target {
	t := Target{System: system}
	t.readConfig(reflect.ValueOf(connector), 0)
	return t
}

func (t *Target) readConfig(v reflect.Value, depth int) {
	const deepest = 3
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || depth > deepest {
		return
	}
	for i := range v.NumField() {
		field := v.Field(i)
		switch name := v.Type().Field(i).Name; field.Kind() {
		case reflect.String:
			t.readString(name, field.String())
		case reflect.Uint16, reflect.Int, reflect.Uint64:
			if name == "Port" && t.Port == 0 {
				port, err := strconv.ParseUint(intText(field), 10, 16)
				if err == nil {
					t.Port = int(port)
				}
			}
		}
	}
	for i := range v.NumField() {
		if t.Address != "" && t.Namespace != "" {
			return
		}
		t.readConfig(v.Field(i), depth+1)
	}
}

func (t *Target) readString(name, value string) {
	switch name {
	case "Host", "Addr":
		if t.Address == "" {
			t.SetHost(value)
		}
	case "Database", "DBName", "Dbname":
		if t.Namespace == "" {
			t.Namespace = value
		}
	}
}

func intText(v reflect.Value) string {
	if v.CanUint() {
		return strconv.FormatUint(v.Uint(), 10)
	}
	return strconv.FormatInt(v.Int(), 10)
}

package env

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/internal/yaml"
)

// fileVariable names the file of declarative configuration.
const fileVariable = "OTEL_CONFIG_FILE"

// source is where values come from. It is read when the first is asked for.
var source struct {
	read     sync.Once
	path     string
	settings *config.Settings // nil without a file
}

// settings returns what the file says, nil where there is none.
func settings() *config.Settings {
	source.read.Do(func() {
		source.path = strings.TrimSpace(os.Getenv(fileVariable))
		if source.path != "" {
			source.settings = readFile(source.path)
		}
		setLevel()
	})
	return source.settings
}

// lookup returns the value of a variable. With a file, all OTEL_ variables that it
// does not refer to are ignored
// (configuration/sdk-environment-variables.md#declarative-configuration).
func lookup(name string) string { return valueIn(settings(), name) }

func valueIn(s *config.Settings, name string) string {
	if s != nil {
		if v, ok := s.Values[name]; ok {
			return v.Text
		}
		if strings.HasPrefix(name, "OTEL_") {
			return ""
		}
	}
	if strings.Contains(name, ".") {
		return "" // only a file has it
	}
	return os.Getenv(name)
}

// readFile returns what a file says. A file that cannot be used is no reason to
// send telemetry to where nobody asked for: it turns the SDK off, which still
// passes contexts on (configuration/sdk.md#create, to fail fast).
func readFile(path string) *config.Settings {
	s, err := parseFile(path)
	if err != nil {
		report.OnceError("config file", "cannot use the configuration file %s: %v; no telemetry is sent", path, err)
		return &config.Settings{Values: map[string]config.Value{"OTEL_SDK_DISABLED": {Text: "true"}}}
	}
	return s
}

func parseFile(path string) (*config.Settings, error) {
	// Opening what is no file, as a pipe, could block for ever.
	if info, err := os.Stat(path); err != nil {
		return nil, reason(err)
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, yaml.MaxBytes+1))
	if err != nil {
		return nil, reason(err)
	}
	return config.Parse(data, os.Getenv)
}

// reason is err without the path, which is shown beside it.
func reason(err error) error {
	var wrapped *os.PathError
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// setLevel reads OTEL_LOG_LEVEL, and then tells what is to be known of the file.
func setLevel() {
	const name = "OTEL_LOG_LEVEL"
	switch v := strings.ToLower(strings.TrimSpace(valueIn(source.settings, name))); v {
	case "none":
		report.SetLevel(report.None)
	case "fatal", "error":
		report.SetLevel(report.Error)
	case "warn":
		report.SetLevel(report.Warn)
	case "", "info":
		report.SetLevel(report.Info)
	case "debug", "trace":
		report.SetLevel(report.Debug)
	default:
		report.Once("env "+name, "%s: cannot use %q, using info", name, v)
	}
	if s := source.settings; s != nil {
		for _, warning := range s.Warnings {
			report.Once("config file "+warning, "%s: %s", source.path, warning)
		}
	} else if os.Getenv("OTEL_EXPERIMENTAL_CONFIG_FILE") != "" {
		report.Once("config file", "OTEL_EXPERIMENTAL_CONFIG_FILE is now %s, ignoring it", fileVariable)
	}
}

// Origin returns how to call a variable in messages: by its name, or by the place
// in the file that says what it does.
func Origin(name string) string {
	s := settings()
	if s == nil {
		return name
	}
	if v, ok := s.Values[name]; ok && v.Line > 0 {
		return fmt.Sprintf("%s: line %d (%s)", source.path, v.Line, name)
	}
	return name
}

// ResourceAttributes returns the attributes of the resource that the file has with
// their types.
func ResourceAttributes() []config.Attribute {
	if s := settings(); s != nil {
		return s.Attributes
	}
	return nil
}

// Views returns the views of metrics that the file has.
func Views() []config.View {
	if s := settings(); s != nil {
		return s.Views
	}
	return nil
}

// HasFile reports whether a file is in use.
func HasFile() bool { return settings() != nil }

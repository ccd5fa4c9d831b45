// Cacheprog is a build cache that machines share, as a folder: what GOCACHEPROG
// names.
//
// Source: cmd/go/internal/cacheprog.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"
)

type request struct {
	ID                 int64
	Command            string
	ActionID, OutputID []byte
	BodySize           int64
}

type response struct {
	ID            int64
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// entry is what is kept of an action.
type entry struct {
	OutputID []byte
	Size     int64
	Time     time.Time
}

func main() {
	log.SetPrefix("cacheprog: ")
	folder := os.Args[1]
	if err := os.MkdirAll(folder, 0o700); err != nil {
		log.Fatal(err)
	}
	answers := json.NewEncoder(os.Stdout)
	answer := func(r response) {
		if err := answers.Encode(r); err != nil {
			log.Fatal(err)
		}
	}
	answer(response{KnownCommands: []string{"get", "put", "close"}})
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var r request
		if err := in.Decode(&r); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		switch r.Command {
		case "get":
			answer(get(folder, r))
		case "put":
			var body []byte
			if r.BodySize > 0 {
				var text string
				if err := in.Decode(&text); err != nil {
					log.Fatal(err)
				}
				var err error
				if body, err = base64.StdEncoding.DecodeString(text); err != nil {
					log.Fatal(err)
				}
			}
			answer(put(folder, r, body))
		case "close":
			answer(response{ID: r.ID})
			return
		}
	}
}

func get(folder string, r request) response {
	text, err := os.ReadFile(filepath.Join(folder, "a-"+hex.EncodeToString(r.ActionID)))
	var found entry
	if err != nil || json.Unmarshal(text, &found) != nil {
		return response{ID: r.ID, Miss: true}
	}
	return response{
		ID: r.ID, OutputID: found.OutputID, Size: found.Size, Time: &found.Time,
		DiskPath: output(folder, found.OutputID),
	}
}

func put(folder string, r request, body []byte) response {
	write(output(folder, r.OutputID), body)
	text, err := json.Marshal(entry{r.OutputID, r.BodySize, time.Now()})
	if err != nil {
		log.Fatal(err)
	}
	write(filepath.Join(folder, "a-"+hex.EncodeToString(r.ActionID)), text)
	return response{ID: r.ID, DiskPath: output(folder, r.OutputID)}
}

func output(folder string, id []byte) string {
	return filepath.Join(folder, fmt.Sprintf("o-%x", id))
}

func write(path string, content []byte) {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		log.Fatal(err)
	}
}

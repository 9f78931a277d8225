// Verifies tokens with go-oidc, as its documentation advises: a provider by discovery, and a verifier
// that keeps the keys it has read. Reads a JSON object a line, and answers each with one: whether the
// token is good at that instant. What comes at once is verified at once.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

type question struct {
	Id    int    `json:"id"`
	NowMs int64  `json:"nowMs"`
	Token string `json:"token"`
}

type answer struct {
	Id    int    `json:"id"`
	Error string `json:"error"`
}

func main() {
	issuer, audience := os.Args[1], os.Args[2]
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		log.Fatal(err)
	}
	var mutex sync.Mutex
	var now time.Time
	verifier := provider.VerifierContext(ctx, &oidc.Config{
		ClientID:             audience,
		SupportedSigningAlgs: []string{oidc.RS256, oidc.ES384},
		Now: func() time.Time {
			mutex.Lock()
			defer mutex.Unlock()
			return now
		},
	})
	answers := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1_000_000)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		mutex.Lock()
		now = time.UnixMilli(asked.NowMs)
		mutex.Unlock()
		go func() {
			given := answer{Id: asked.Id}
			if _, err := verifier.Verify(ctx, asked.Token); err != nil {
				given.Error = err.Error()
			}
			mutex.Lock()
			defer mutex.Unlock()
			if err := answers.Encode(given); err != nil {
				log.Fatal(err)
			}
		}()
	}
}

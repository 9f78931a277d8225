// Package vault runs the JWT auth method of Vault with the settings of docs/relying-parties/vault.md
// and tokens of a running Credence. See the README beside it for how to run it.
package vault

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	jwtauth "github.com/hashicorp/vault-plugin-auth-jwt"
	"github.com/hashicorp/vault/sdk/logical"
)

const (
	documentedIssuer  = "https://sts.example.org/79ca5c60-6271-4e87-a238-2cfdb5ad40d5"
	documentedSubject = "arn:aws:iam::123456789012:role/deployer"
)

func TestLogin(t *testing.T) {
	issuer, subject := os.Getenv("CREDENCE_ISSUER"), os.Getenv("CREDENCE_SUBJECT")
	if issuer == "" || subject == "" {
		t.Fatal("CREDENCE_ISSUER and CREDENCE_SUBJECT must name a running issuer and who its tokens are for")
	}
	page := readPage(t)
	method := openMethod(t)
	method.write(t, "config", readConfig(t, page, issuer))
	method.write(t, "role/deployer", readRole(t, page, subject))
	for _, name := range []string{"TOKEN_ES384", "TOKEN_RS256"} {
		response, err := method.login(os.Getenv(name))
		if err != nil || response.IsError() {
			t.Fatalf("%s: %v %v", name, err, response.Error())
		}
		auth := response.Auth
		t.Logf("%s: %s %v %v", name, auth.Alias.Name, auth.Policies, auth.Alias.Metadata)
		if auth.Alias.Name != subject || !slices.Equal(auth.Policies, []string{"deploy"}) {
			t.Errorf("%s: unexpected identity", name)
		}
		if auth.Alias.Metadata["account"] != "123456789012" || auth.TTL != 15*time.Minute {
			t.Errorf("%s: unexpected account or life", name)
		}
	}
	for _, name := range []string{"TOKEN_OTHER_AUDIENCE", "TOKEN_OTHER_SUBJECT", "TOKEN_TAMPERED"} {
		token := os.Getenv(name)
		if token == "" {
			t.Fatalf("%s is not set", name)
		}
		response, err := method.login(token)
		t.Logf("%s: %v %v", name, err, response.Error())
		if err == nil && !response.IsError() {
			t.Errorf("%s is accepted", name)
		}
	}
}

type authMethod struct {
	backend logical.Backend
	storage logical.Storage
}

func openMethod(t *testing.T) authMethod {
	storage := &logical.InmemStorage{}
	backend, err := jwtauth.Factory(context.Background(), &logical.BackendConfig{
		Logger:      hclog.NewNullLogger(),
		System:      &logical.StaticSystemView{DefaultLeaseTTLVal: time.Hour, MaxLeaseTTLVal: time.Hour},
		StorageView: storage,
	})
	if err != nil {
		t.Fatal(err)
	}
	return authMethod{backend, storage}
}

func (method authMethod) write(t *testing.T, path string, data map[string]any) {
	request := &logical.Request{
		Operation: logical.CreateOperation, Path: path, Storage: method.storage, Data: data,
	}
	// As the core of Vault does: whether a write creates or updates is the method's to say.
	if isFound, exists, err := method.backend.HandleExistenceCheck(context.Background(), request); err != nil {
		t.Fatal(err)
	} else if !isFound || exists {
		request.Operation = logical.UpdateOperation
	}
	response, err := method.backend.HandleRequest(context.Background(), request)
	if err != nil || response.IsError() {
		t.Fatalf("%s: %v %v", path, err, response.Error())
	}
}

func (method authMethod) login(token string) (*logical.Response, error) {
	return method.backend.HandleRequest(context.Background(), &logical.Request{
		Operation:  logical.UpdateOperation,
		Path:       "login",
		Storage:    method.storage,
		Data:       map[string]any{"role": "deployer", "jwt": token},
		Connection: &logical.Connection{},
	})
}

func readPage(t *testing.T) string {
	page, err := os.ReadFile("../../docs/relying-parties/vault.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// readConfig takes what the page gives to "vault write auth/jwt/config".
func readConfig(t *testing.T, page, issuer string) map[string]any {
	command := regexp.MustCompile(`vault write auth/jwt/config \\\n((?:.*\\\n)*.*)\n`).FindStringSubmatch(page)
	if command == nil {
		t.Fatal("the page has no configuration")
	}
	data := map[string]any{}
	for _, word := range strings.Fields(strings.ReplaceAll(command[1], "\\\n", " ")) {
		name, value, _ := strings.Cut(word, "=")
		data[name] = strings.ReplaceAll(value, documentedIssuer, issuer)
	}
	return data
}

// readRole takes what the page gives to "vault write auth/jwt/role/deployer".
func readRole(t *testing.T, page, subject string) map[string]any {
	document := regexp.MustCompile(`(?s)<<'END'\n(.*?)\nEND\n`).FindStringSubmatch(page)
	if document == nil {
		t.Fatal("the page has no role")
	}
	data := map[string]any{}
	text := strings.ReplaceAll(document[1], documentedSubject, subject)
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

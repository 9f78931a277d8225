// Package kubernetes runs the authenticator of the Kubernetes API server with the configuration of
// docs/relying-parties/kubernetes.md and a token of a running Credence. See that page for how to run it.
package kubernetes

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/pkg/apis/apiserver/validation"
	authenticationcel "k8s.io/apiserver/pkg/authentication/cel"
	"k8s.io/apiserver/pkg/server/dynamiccertificates"
	"k8s.io/apiserver/plugin/pkg/authenticator/token/oidc"
)

const documentedIssuer = "https://sts.example.org/79ca5c60-6271-4e87-a238-2cfdb5ad40d5"

func TestToken(t *testing.T) {
	issuer, caFile := os.Getenv("CREDENCE_ISSUER"), os.Getenv("CREDENCE_CA_FILE")
	if issuer == "" || caFile == "" {
		t.Fatal("CREDENCE_ISSUER and CREDENCE_CA_FILE must name an issuer that speaks https")
	}
	configuration := readConfiguration(t, issuer)
	authority, err := dynamiccertificates.NewDynamicCAContentFromFile("credence", caFile)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	authenticator, err := oidc.New(ctx, oidc.Options{
		JWTAuthenticator: configuration.JWT[0],
		CAContentProvider: authority,
		// As the API server does for a configuration file.
		SupportedSigningAlgs: oidc.AllValidSigningAlgorithms(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for authenticator.HealthCheck() != nil {
		if ctx.Err() != nil {
			t.Fatal(authenticator.HealthCheck())
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, name := range []string{"TOKEN_ES384", "TOKEN_RS256"} {
		response, ok, err := authenticator.AuthenticateToken(ctx, os.Getenv(name))
		if err != nil || !ok {
			t.Fatalf("%s: %v %v", name, ok, err)
		}
		t.Logf("%s: %s %v %v", name, response.User.GetName(), response.User.GetGroups(), response.User.GetExtra())
		if !strings.HasPrefix(response.User.GetName(), "credence:arn:aws:iam::123456789012:") {
			t.Errorf("%s: unexpected name %s", name, response.User.GetName())
		}
	}
	for _, name := range []string{"TOKEN_OTHER_AUDIENCE", "TOKEN_TAMPERED"} {
		_, ok, err := authenticator.AuthenticateToken(ctx, os.Getenv(name))
		t.Logf("%s: %v", name, err)
		if ok || err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// readConfiguration takes the file out of the page, strictly as the API server reads it.
func readConfiguration(t *testing.T, issuer string) *apiserver.AuthenticationConfiguration {
	page, err := os.ReadFile("../../docs/relying-parties/kubernetes.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(apiVersion: apiserver.config.k8s.io/v1\n.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the page has no AuthenticationConfiguration")
	}
	text := strings.ReplaceAll(string(block[1]), documentedIssuer, issuer)
	scheme := runtime.NewScheme()
	install.Install(scheme)
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	object, err := runtime.Decode(codecs.UniversalDecoder(apiserver.SchemeGroupVersion), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	configuration, ok := object.(*apiserver.AuthenticationConfiguration)
	if !ok {
		t.Fatalf("%T is no AuthenticationConfiguration", object)
	}
	if problems := validation.ValidateAuthenticationConfiguration(authenticationcel.NewDefaultCompiler(), configuration, nil); len(problems) > 0 {
		t.Fatal(problems.ToAggregate())
	}
	return configuration
}

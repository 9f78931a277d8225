// Calls Credence with the AWS SDK for Go, and lets aws-iam-authenticator verify a caller by it. Prints
// what came of it as one JSON object. Endpoints, region and credentials come from the environment.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

const cluster = "credence-test"

func main() {
	ctx := context.Background()
	cfg := must(config.LoadDefaultConfig(ctx))
	results := map[string]any{}
	callSdk(ctx, cfg, results)
	verifyCaller(ctx, cfg.Region, results)
	must(0, json.NewEncoder(os.Stdout).Encode(results))
}

func callSdk(ctx context.Context, cfg aws.Config, results map[string]any) {
	stsClient, iamClient := sts.NewFromConfig(cfg), iam.NewFromConfig(cfg)
	identity := must(stsClient.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))
	results["arn"] = *identity.Arn
	results["account"] = *identity.Account
	issued := must(stsClient.GetWebIdentityToken(ctx, &sts.GetWebIdentityTokenInput{
		Audience:         []string{"https://api.example.com"},
		SigningAlgorithm: aws.String("ES384"),
	}))
	results["token"] = *issued.WebIdentityToken
	user := must(iamClient.GetUser(ctx, &iam.GetUserInput{}))
	results["user"] = *user.User.UserName
	_, err := iamClient.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("nobody-is-called-so")})
	var missing *types.NoSuchEntityException
	results["knowsMissing"] = errors.As(err, &missing)
}

// The authenticator's client half makes a token, which is a presigned GetCallerIdentity; its server half
// asks STS with it. Both know STS by AWS's name and HTTPS alone.
func verifyCaller(ctx context.Context, region string, results map[string]any) {
	endpoint := must(url.Parse(os.Getenv("AWS_ENDPOINT_URL_STS")))
	must(0, os.Unsetenv("AWS_ENDPOINT_URL_STS"))
	http.DefaultTransport = &rerouted{endpoint: endpoint, inner: http.DefaultTransport}
	generator := must(token.NewGenerator(false, false))
	made := must(generator.GetWithOptions(ctx, &token.GetTokenOptions{ClusterID: cluster, Region: region}))
	identity, err := token.NewVerifier(cluster, "aws", region).Verify(made.Token)
	results["verified"] = err == nil
	if err == nil {
		results["verifiedArn"] = identity.ARN
		results["verifiedAccount"] = identity.AccountID
	} else {
		results["verifyError"] = err.Error()
	}
	_, err = token.NewVerifier("another-cluster", "aws", region).Verify(made.Token)
	results["otherClusterError"] = err.Error()
}

// Stands for name resolution and TLS, and changes nothing else: the request is sent as the verifier made
// it, with the host that it names.
type rerouted struct {
	endpoint *url.URL
	inner    http.RoundTripper
}

func (r *rerouted) RoundTrip(request *http.Request) (*http.Response, error) {
	sent := request.Clone(request.Context())
	sent.Host = request.URL.Host
	sent.URL.Scheme, sent.URL.Host = r.endpoint.Scheme, r.endpoint.Host
	return r.inner.RoundTrip(sent)
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/**
 * Calls Credence with the AWS SDK for Java and prints what came of it as one JSON object. Endpoints,
 * region and credentials come from the environment.
 */
public final class Client {
  public static void main(String[] args) {
    try (StsClient sts = StsClient.create();
        IamClient iam = IamClient.builder().region(Region.AWS_GLOBAL).build();
        StsClient globalSts = StsClient.builder().region(Region.AWS_GLOBAL).build()) {
      var identity = sts.getCallerIdentity();
      var token =
          sts.getWebIdentityToken(
                  request -> request.audience("https://api.example.com").signingAlgorithm("ES384"))
              .webIdentityToken();
      System.out.printf(
          "{\"arn\":\"%s\",\"account\":\"%s\",\"token\":\"%s\",\"user\":\"%s\",\"knowsMissing\":%b,"
              + "\"globalArn\":\"%s\",\"globalTokenError\":\"%s\"}%n",
          identity.arn(),
          identity.account(),
          token,
          iam.getUser().user().userName(),
          knowsMissing(iam),
          globalSts.getCallerIdentity().arn(),
          refusalOfToken(globalSts));
    }
  }

  private static boolean knowsMissing(IamClient iam) {
    try {
      iam.getUser(request -> request.userName("nobody-is-called-so"));
      return false;
    } catch (NoSuchEntityException expected) {
      return true;
    }
  }

  /** STS's global endpoint gives no tokens. */
  private static String refusalOfToken(StsClient sts) {
    try {
      sts.getWebIdentityToken(request -> request.audience("a").signingAlgorithm("ES384"));
      return "";
    } catch (StsException expected) {
      return expected.awsErrorDetails().errorMessage();
    }
  }
}

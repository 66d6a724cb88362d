package dev.sluice.examples.pages;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Java example of the README and of the pages in {@code docs} is compiled and run against the current library,
 * and does what its page says. A new example needs an entry in {@link #CHECKS}.
 */
class ExamplesRunTest {
    /** The checks by the name of the example: the page, and the heading or the bold words above the example. */
    private static final Map<String, Check> CHECKS = Map.ofEntries(
            entry("README.md: Five lines", ReadmeExamples::theFiveLinesServe),
            entry("README.md: Fifteen lines", ReadmeExamples::theGatewayServesUntilItIsTerminated),
            entry("README.md: A proxy is a function", ReadmeExamples::theFilterAnswersOrLetsPass),
            entry("README.md: Routes", ReadmeExamples::eachRouteLeadsWhereItSays),
            entry("README.md: Who may enter", EnterExamples::annaMayEnter),
            entry("README.md: The rules of HTTP for a gateway", ReadmeExamples::theRulesAreChanged),
            entry("README.md: A load balancer that the client does not notice", ReadmeExamples::noClientNotices),
            entry("README.md: WebSocket and every other upgrade", ReadmeExamples::theWebSocketGoesThrough),
            entry("README.md: The transport", ReadmeExamples::theTransportGoesToTheShopOverTls),
            entry("README.md: The transport, 2", ReadmeExamples::theOldServerMayEndWithoutCloseNotify),
            entry("README.md: HTTP/2", ReadmeExamples::aClientMayBeginWithHttp2),
            entry("README.md: HTTP/2, 2", ReadmeExamples::anOriginMayChooseHttp11),
            entry("README.md: TLS", ReadmeExamples::theCertificateComesFromAFile),
            entry("README.md: A forward proxy", ReadmeExamples::theForwardProxyAsksWhoIsThere),
            entry("README.md: Every exchange has a record", ReadmeExamples::theAccessLogAndTheListenerAreTold),
            entry("README.md: A live page", StatusExamples::thePageListens),
            entry("README.md: Traces", TracingExamples::theTraceGoesOn),
            entry("README.md: In tests", ReadmeExamples::theAssertionsHold),
            entry("balancer.md: The load balancer", BalancerExamples::theOtherMemberAnswersForOneThatFails),
            entry("balancer.md: Which member gets a request", BalancerExamples::theZoneIsKeptAndTheKeyStays),
            entry("balancer.md: Change", BalancerExamples::theMembersChangeWithoutALostRequest),
            entry("balancer.md: Blue-green and canary", BalancerExamples::theCanaryGetsItsShare),
            entry("balancer.md: Discovery", BalancerExamples::theMemberComesFromTheDns),
            entry("gateway.md: Request ids", GatewayExamples::eachRequestHasAnId),
            entry("gateway.md: Security headers", GatewayExamples::eachResponseHasTheFields),
            entry("gateway.md: Browsers of other sites", GatewayExamples::theSiteMayRead),
            entry("gateway.md: Redirects", GatewayExamples::clientsAreSentElsewhere),
            entry("gateway.md: Fixed answers", GatewayExamples::theAnswerIsFixed),
            entry("gateway.md: Maintenance", GatewayExamples::theSwitchIsOn),
            entry("gateway.md: A mirror", GatewayExamples::aCopyGoesToTheOtherServer),
            entry("gateway.md: A mirror, 2", GatewayExamples::aSessionIsCopiedOrNot),
            entry("gateway.md: A mirror, 3", GatewayExamples::theCopyIsMarked),
            entry("gateway.md: Compressed responses", ContentExamples::aLogIsCompressed),
            entry("gateway.md: Compressed responses, 2", ContentExamples::theClientsCodingIsUsed),
            entry("gateway.md: Compressed requests", ContentExamples::theOriginGetsThePlainBody),
            entry("gateway.md: Bodies that are changed", ContentExamples::theLinksAreThoseOfTheShop),
            entry("gateway.md: Bodies that are changed, 2", ContentExamples::theCostIsThePrice),
            entry("gateway.md: Bodies that are changed, 3", ContentExamples::theUploadHasItsColumns),
            entry("cache.md: A route with a cache", CacheExamples::theOriginIsAskedOnce),
            entry("cache.md: A route with a cache, 2", CacheExamples::theForwardProxyAsksOnce),
            entry("cache.md: A route with a cache, 3", CacheExamples::whatIsStoredOutlivesTheCache),
            entry("cache.md: Rules of your own", CacheExamples::theKeyIsWithoutWhatTracksClients),
            entry("cache.md: To drop what is stored", CacheExamples::nothingIsStoredAnyMore),
            entry("cache.md: To drop what is stored, 2", CacheExamples::aPurgeComesByHttp),
            entry("cache.md: A store of your own", CacheExamples::theCacheIsShared),
            entry("cache.md: In a test, and at the end", CacheExamples::yearsPassInATest),
            entry("connections.md: What to set", ConnectionExamples::theServerServes),
            entry("connections.md: Handlers that block", ConnectionExamples::theThreadsServe),
            entry("http2.md: From clients", Http2Examples::aClientBeginsWithIt),
            entry("http2.md: To origins", Http2Examples::theMembersAreAskedOverIt),
            entry("http2.md: gRPC", Http2Examples::aCallPasses),
            entry("http2.md: gRPC, 2", Http2Examples::theStatusOfACallIsCounted),
            entry("logging.md: The access log", LoggingExamples::aRequestHasALineInJson),
            entry("logging.md: A format of your own", LoggingExamples::aLineIsAsItIsWritten),
            entry("logging.md: Fields of your own", LoggingExamples::theLineHasTheFields),
            entry("logging.md: Which requests have a line", LoggingExamples::theRouteIsKept),
            entry("metrics.md: Set up", MetricsExamples::theNumbersAreShown),
            entry("metrics.md: Your own numbers", MetricsExamples::anOrderIsCounted),
            entry("operations.md: Probes", OperationsExamples::theProbesKnowOfALameDuck),
            entry("operations.md: Probes and other options", OperationsExamples::aProbeNeedsNoPassword),
            entry("operations.md: Probes and other options, 2", OperationsExamples::theLogIsWithoutProbes),
            entry("status.md: On this machine only", StatusExamples::thePageListens),
            entry("status.md: On a route", StatusExamples::thePageIsGuarded),
            entry("status.md: Actions", StatusExamples::aMemberIsDrained),
            entry("tls.md: A certificate", TlsExamples::theFilesAreShown),
            entry("tls.md: A certificate, 2", TlsExamples::eachClientGetsTheKindItCanUse),
            entry("tls.md: Files that change", TlsExamples::newFilesTakeEffect),
            entry("tls.md: By server name", TlsExamples::theNameDecides),
            entry("tls.md: HTTPS only", TlsExamples::aRequestInClearIsRedirected),
            entry("tls.md: Certificates of clients", TlsExamples::aClientWithoutACertificateIsRefused),
            entry("tls.md: Certificates of clients, 2", TlsExamples::theOriginIsToldOfTheCertificate),
            entry("tls.md: To origins", TlsExamples::theOriginIsTrustedAndIsShownACertificate),
            entry("tls.md: To one origin", TlsExamples::theNameIsCheckedInsteadOfTheAddress),
            entry("tls.md: To one origin, 2", TlsExamples::theHostIsTheName),
            entry("tls.md: In tests", TlsExamples::theTestsClientTrustsTheServer),
            entry("gateway.md: Names and passwords", EnterExamples::aPasswordOpens),
            entry("gateway.md: Names and passwords, 2", EnterExamples::theUsersComeFromAFile),
            entry("gateway.md: Who it is", EnterExamples::theOriginIsToldWhoItIs),
            entry("gateway.md: What somebody may do", EnterExamples::onlyOneOfThemMayDoIt),
            entry("gateway.md: API keys", EnterExamples::aKeyOpensInAFieldAndInAParameter),
            entry("gateway.md: Tokens", EnterExamples::aTokenThatIsGoodForItOpens),
            entry("gateway.md: JSON web tokens", EnterExamples::aJsonWebTokenOpens),
            entry("gateway.md: Another service decides", EnterExamples::theServiceDecides),
            entry("gateway.md: Another service decides, 2", EnterExamples::aKeyOpensWithoutTheService),
            entry("gateway.md: Certificates", EnterExamples::aCertificateOpens),
            entry("gateway.md: Addresses", EnterExamples::anAddressOpens),
            entry("gateway.md: Several ways", EnterExamples::aPasswordDoesInsteadOfAnAddress),
            entry("gateway.md: Several ways, 2", EnterExamples::theAddressAndThePasswordAreNeeded),
            entry("tls.md: Defaults", TlsExamples::onlyTheNamedVersionIsSpoken),
            entry("gateway.md: Rates", LimitExamples::eachClientGetsItsRate),
            entry("gateway.md: Rates, 2", LimitExamples::aPostCostsTen),
            entry("gateway.md: Failures", LimitExamples::wrongKeysEndInA429),
            entry("gateway.md: At once", LimitExamples::twentyAreInProgressAndFiftyWait),
            entry("gateway.md: At once, 2", LimitExamples::eachRouteHasFive),
            entry("gateway.md: As many as it can take", LimitExamples::theLimitIsBetweenItsBounds),
            entry("gateway.md: What is refused first", LimitExamples::aHealthCheckIsRefusedLast),
            entry("gateway.md: Bytes in a second", LimitExamples::aDownloadTakesItsTime),
            entry("gateway.md: Sizes and times", LimitExamples::aLongBodyIsRefusedOnItsRoute),
            entry("tracing.md: Traces", TracingExamples::theTraceGoesOn),
            entry("tracing.md: Whose trace, and which are recorded", TracingExamples::onlyATrustedPeerIsBelieved),
            entry("tracing.md: Spans", TracingExamples::theSpansAreTold),
            entry("tracing.md: A filter around each attempt", TracingExamples::eachAttemptPassesTheFilter),
            entry("strategies.md: Which one", BalancerExamples::bothMembersAreUsed),
            entry("strategies.md: Simulate your own", BalancerExamples::theSimulationShowsNoError));

    private static ExampleKeys keys;

    @TempDir
    private static Path folder;

    /** A check of what an example does. */
    private interface Check {
        void check(Example example) throws Exception;
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = ExampleKeys.make(folder);
    }

    static List<Snippet> examples() {
        return Snippet.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void anExampleDoesWhatItsPageSays(Snippet snippet) throws Exception {
        Check check = CHECKS.get(snippet.name());
        assertThat(check).as("a check for the example " + snippet.name()).isNotNull();
        try (Example example = new Example(snippet.code(), folder, keys)) {
            check.check(example);
        }
    }

    static List<Snippet> examplesOfTheReadme() {
        return Snippet.all().stream()
                .filter(each ->
                        each.name().startsWith("README.md: ") && !each.code().contains("void main("))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examplesOfTheReadme")
    void theReadmesMainWithAnExampleInItServesUntilItIsTerminated(Snippet snippet) throws Exception {
        try (Example example = new Example(snippet.code(), folder, keys)) {
            ReadmeExamples.theMainServesUntilItIsTerminated(example);
        }
    }

    @Test
    void everyCheckHasItsExample() {
        assertThat(CHECKS.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        examples().stream().map(Snippet::name).toList());
    }
}

package dev.sluice.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.syntax.Redaction;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

class AccessLogTest {
    private static final Fields FIELDS = new Fields(List.of());

    private final ManualTime time = new ManualTime();
    private final Exchange exchange = Exchange.builder(time)
            .client(new Client(new InetSocketAddress("192.0.2.7", 1234), new InetSocketAddress("192.0.2.1", 80), null))
            .begin();

    private void receive(String target, Headers headers) throws ProxyException {
        exchange.received(ProxyRequest.builder(exchange, "GET", RequestTarget.parse("GET", target, "http", "a.test"))
                .headers(headers)
                .build());
    }

    private static String combined(ExchangeRecord record) {
        return new CombinedForm(FIELDS).apply(new LogEntry(record, Redaction.DEFAULT));
    }

    private static String json(ExchangeRecord record) {
        return new JsonForm(FIELDS.whole()).apply(new LogEntry(record, Redaction.DEFAULT));
    }

    private ExchangeNotes answer() {
        ExchangeNotes record = exchange.notes();
        record.route("api");
        Exchange scope = exchange.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        scope.attempt("origin-1");
        time.advance(Duration.ofMillis(12));
        record.head(200, Headers.empty(), time.nanos());
        record.addRequestBytes(7);
        record.addResponseBytes(1024);
        scope.end(Outcome.COMPLETED);
        time.advance(Duration.ofNanos(500_000));
        exchange.end(Outcome.COMPLETED);
        return record;
    }

    @Test
    void theCombinedFormHasOneLineWithOutcomeUpstreamTimesAndBytes() throws Exception {
        receive("/x?a=b", Headers.of("Referer", "http://r.test/", "User-Agent", "curl/8"));
        exchange.notes().requestId("4711");

        assertThat(combined(answer()))
                .isEqualTo("192.0.2.7 - - [01/Jan/2026:00:00:00 +0000] \"GET /x?a=b HTTP/1.1\" 200 1024"
                        + " \"http://r.test/\" \"curl/8\" outcome=COMPLETED upstream=origin-1 attempts=1"
                        + " head_ms=12.000 total_ms=12.500 request_bytes=7"
                        + " peer=192.0.2.7 scheme=http host=a.test prefix=- request_id=4711 cache=-");
    }

    @Test
    void theJsonFormHasTheSameContent() throws Exception {
        receive("/x?a=b", Headers.of("User-Agent", "a\"b"));
        exchange.notes().requestId("4711");

        assertThat(json(answer()))
                .isEqualTo(
                        "{\"time\":\"2026-01-01T00:00:00Z\",\"client\":\"192.0.2.7\",\"peer\":\"192.0.2.7\",\"request_id\":\"4711\",\"method\":\"GET\","
                                + "\"scheme\":\"http\",\"host\":\"a.test\",\"target\":\"/x?a=b\",\"version\":\"HTTP/1.1\",\"status\":200,"
                                + "\"outcome\":\"COMPLETED\",\"route\":\"api\",\"upstream\":\"origin-1\",\"attempts\":1,\"upstream_ms\":12.000,"
                                + "\"head_ms\":12.000,\"total_ms\":12.500,\"request_bytes\":7,\"response_bytes\":1024,"
                                + "\"user_agent\":\"a\\\"b\"}");
    }

    @Test
    void theContextOfATraceIsLoggedIfThereIsOne() throws Exception {
        receive("/x", Headers.empty());
        exchange.notes().trace(TraceContext.begin(() -> 7));
        ExchangeRecord record = answer();
        String parent = "00-00000000000000070000000000000007-0000000000000007-02";

        assertThat(combined(record)).endsWith(" cache=- traceparent=" + parent);
        assertThat(json(record))
                .contains(",\"traceparent\":\"" + parent + "\",\"trace_id\":\"00000000000000070000000000000007\""
                        + ",\"span_id\":\"0000000000000007\",\"method\"");
    }

    @Test
    void theClientOfATrustedProxyIsLoggedWithTheConnectionsAddress() throws Exception {
        receive("/x", Headers.empty());
        exchange.notes()
                .forwardedClient(new ForwardedClient(
                        InetAddress.getByName("203.0.113.7"), "https", Authority.parse("www.example.com"), "/api"));
        ExchangeRecord record = answer();

        assertThat(combined(record))
                .startsWith("203.0.113.7 - - ")
                .endsWith(" peer=192.0.2.7 scheme=https host=www.example.com prefix=/api request_id=- cache=-");
        assertThat(json(record))
                .contains("\"client\":\"203.0.113.7\",\"peer\":\"192.0.2.7\"")
                .contains("\"scheme\":\"https\",\"host\":\"www.example.com\",\"prefix\":\"/api\"");
    }

    @Test
    void anIpv6AddressOfAClientIsWrittenAsInTheFieldsOfForwarding() throws Exception {
        receive("/x", Headers.empty());
        exchange.notes().forwardedClient(new ForwardedClient(InetAddress.getByName("2001:db8::7"), "https", null, ""));

        assertThat(combined(answer())).startsWith("2001:db8::7 - - ");
    }

    @ParameterizedTest
    @CsvSource({
        "anna, anna, anna",
        "CN=Anna Smith, CN=Anna\\x20Smith, CN=Anna Smith",
        "-, \\x2d, -",
        "a\"b, a\\\"b, a\\\"b",
    })
    void theNameOfThePrincipalIsOneWord(String name, String combined, String json) throws Exception {
        receive("/x", Headers.empty());
        exchange.notes().principal(Principal.of(name));
        ExchangeRecord record = answer();

        assertThat(combined(record)).startsWith("192.0.2.7 - " + combined + " [01/Jan/2026");
        assertThat(json(record)).contains("\"peer\":\"192.0.2.7\",\"user\":\"" + json + "\",");
    }

    @Test
    void aPrincipalCannotForgeALine() throws Exception {
        receive("/x", Headers.empty());
        exchange.notes().principal(Principal.of("a\nb - root"));
        ExchangeRecord record = answer();

        assertThat(combined(record)).startsWith("192.0.2.7 - a\\x0ab\\x20-\\x20root [");
        assertThat(json(record)).contains("\"user\":\"a\\nb - root\"");
    }

    @Test
    void missingValuesAreADash() {
        exchange.notes().failed(ProxyException.refused(Outcome.BAD_REQUEST, "no Host"));
        exchange.end(Outcome.COMPLETED);

        assertThat(combined(exchange.record()))
                .contains("\"-\" - 0 \"-\" \"-\" outcome=BAD_REQUEST upstream=- attempts=0 head_ms=- ");
        assertThat(json(exchange.record())).doesNotContain("null", "status", "upstream");
    }

    @Test
    void secretsAreInNeitherForm() throws Exception {
        receive(
                "http://a.test/x?Access_Token=hunter2&b=c&%74oken=hunter2&flag",
                Headers.of(
                        "Authorization", "hunter2",
                        "Proxy-Authorization", "hunter2",
                        "Cookie", "s=hunter2",
                        "Referer", "https://me:hunter2@r.test/?api_key=hunter2&x=y#access_token=hunter2"));
        exchange.notes().failed(new ProxyException(Outcome.FAILED, Delivery.NOT_SENT, "Set-Cookie: hunter2"));
        ExchangeRecord record = answer();

        assertThat(combined(record) + json(record))
                .doesNotContain("hunter2")
                .contains("/x?Access_Token=***&b=c&%74oken=***&flag")
                .contains("https://r.test/?api_key=***&x=y");
    }

    @Test
    void theNamesOfSecretParametersCanBeChosen() {
        Redaction own = Redaction.of(Set.of("Card"));

        assertThat(own.url("/x?card=1&token=2")).isEqualTo("/x?card=***&token=2");
        assertThat(own.url("/x?card=1%zz&%zz=2")).isEqualTo("/x?card=***&%zz=2");
    }

    @Test
    void aRequestCannotForgeALine() throws Exception {
        receive("/\"\\x", Headers.of("User-Agent", "a\" 200 \u00e9\t"));

        assertThat(combined(answer())).contains("\"GET /\\\"\\\\x HTTP/1.1\"").contains("\"a\\\" 200 \\xe9\"");
    }

    @Test
    void aDetachedExchangeHasNoLineSinceNoClientAskedForIt() throws Exception {
        Queue<SubstituteLoggingEvent> events = new ArrayDeque<>();
        AccessLog log = AccessLog.builder()
                .log(new EventRecordingLogger(new SubstituteLogger("access", events, true), events))
                .format("{outcome}")
                .build();
        Exchange refresh = exchange.detached("refresh", Duration.ofSeconds(1));
        refresh.end(Outcome.HEAD_FAILED);
        log.ended(refresh.record());
        log.ended(answer());

        assertThat(events).extracting(event -> event.getArguments().get(0)).containsExactly("COMPLETED");
    }
}

package dev.sluice.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats that users write, and JSON with fields that they choose. */
class FormatTest {
    private static AccessLog.Builder format(String format) {
        return AccessLog.builder().format(format);
    }

    private static void attempt(LoggedExchange logged, String upstream, int status, Outcome how, String zone) {
        Exchange scope = logged.exchange.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        AttemptNotes attempt =
                scope.attempt(upstream, new TreeMap<>(Map.of("zone", zone, "rack", "7")), AttemptRecord.Reason.FIRST);
        logged.time.advance(Duration.ofMillis(3));
        if (status > 0) {
            attempt.head(status, null, logged.time.nanos());
        }
        logged.time.advance(Duration.ofMillis(4));
        scope.end(how);
    }

    @Test
    void aFormatIsATextWithFieldsInIt() throws Exception {
        LoggedExchange logged = new LoggedExchange().receive("/x?a=b", "User-Agent", "curl/8");
        logged.exchange.notes().principal(Principal.of("anna"));
        logged.time.advance(Duration.ofNanos(1_234_567));

        assertThat(logged.respond(200)
                        .line(format("{client} {user} \"{method} {path}\" {status} {head_ms} {request.user-agent};")))
                .isEqualTo("192.0.2.7 anna \"GET /x\" 200 1.235 curl/8;");
    }

    @Test
    void allValuesOfAnExchangeHaveAName() throws Exception {
        SSLSession tls = mock(SSLSession.class);
        when(tls.getProtocol()).thenReturn("TLSv1.3");
        when(tls.getCipherSuite()).thenReturn("TLS_AES_128_GCM_SHA256");
        LoggedExchange logged =
                new LoggedExchange(tls).receive("/x?a=b", "Referer", "http://r.test/", "X-Team", "blue");
        logged.exchange.notes().requestId("4711");
        logged.exchange.notes().route("api");
        logged.exchange.notes().trace(TraceContext.begin(() -> 7));
        logged.exchange.notes().cache(new CacheUse("c", true, null, 0, 7L, false, false, null, null));
        logged.exchange.notes().addRequestBytes(5);
        logged.exchange.notes().addResponseBytes(6);
        attempt(logged, "origin-1", 200, Outcome.COMPLETED, "a");

        assertThat(logged.respond(200, "ETag", "7")
                        .line(format("{time} [{apache_time}] {peer} {scheme} {host} \"{request_line}\" {target} {query}"
                                + " {version} {tls_version} {tls_cipher} {outcome} {route} {cache} {upstream} {tags}"
                                + " {tag.zone} {attempts} {upstream_status} {upstream_head_ms} {upstream_ms} {head_ms}"
                                + " {total_ms} {request_bytes} {response_bytes} {referer} {request_id} {trace_id}"
                                + " {span_id} {request.X-Team} {response.etag}")))
                .isEqualTo("2026-01-01T00:00:00Z [01/Jan/2026:00:00:00 +0000] 192.0.2.7 https a.test"
                        + " \"GET /x?a=b HTTP/1.1\" /x?a=b a=b HTTP/1.1 TLSv1.3 TLS_AES_128_GCM_SHA256 COMPLETED api"
                        + " hit origin-1 rack=7,zone=a a 1 200 3.000 7.000 7.000 7.000 5 6 http://r.test/ 4711"
                        + " 00000000000000070000000000000007 0000000000000007 blue 7");
    }

    @Test
    void aDashStandsForWhatIsMissingAndForNothingElse() throws Exception {
        LoggedExchange logged = new LoggedExchange().receive("/", "X-Dash", "-", "X-Empty", "");

        assertThat(logged.line(format("{user} {tls_version} {tags} {tag.zone} {upstream_ms} {status} {request.X-None}"
                        + " \"{response.X-None}\" {request.x-dash} {request.x-empty} \"{request.x-empty}\"")))
                .isEqualTo("- - - - - - - \"-\" \\x2d - \"\"");
    }

    @Test
    void aClientForgesNeitherALineNorAValue() throws Exception {
        LoggedExchange logged =
                new LoggedExchange().receive("/", "X-A", "a \"b\" \\ \u00e9\t200", "X-B", "1", "X-B", "2");
        logged.exchange.notes().principal(Principal.of("a\nb \u20ac"));

        assertThat(logged.line(format("{request.X-A} \"{request.X-A}\" {request.X-B} {user}")))
                .isEqualTo("a\\x20\\\"b\\\"\\x20\\\\\\x20\\xe9\\x09200 \"a \\\"b\\\" \\\\ \\xe9\\x09200\" 1,\\x202"
                        + " a\\x0ab\\x20\\u20ac");
    }

    @Test
    void aSecretFieldIsHiddenAlsoIfTheFormatNamesIt() throws Exception {
        LoggedExchange logged = new LoggedExchange()
                .receive("/", "Authorization", "Basic hunter2", "X-Acme-Token", "hunter2", "Link", "</?token=hunter2>");

        assertThat(logged.respond(200, "Set-Cookie", "s=hunter2", "Location", "/?sig=hunter2#code=hunter2")
                        .line(format("{request.authorization} {request.x-acme-token} {request.link}"
                                + " {response.Set-Cookie} {response.location}")))
                .isEqualTo("*** *** </?token=***> *** /?sig=***#code=***");
    }

    @Test
    void theUpstreamIsThatOfTheAnswer() throws Exception {
        LoggedExchange logged = new LoggedExchange().receive("/");
        attempt(logged, "failed", 0, Outcome.CONNECT_FAILED, "a");
        attempt(logged, "fast", 200, Outcome.COMPLETED, "b");
        attempt(logged, "slow", 0, Outcome.ABANDONED, "c");

        assertThat(logged.line(format("{upstream} {tag.zone} {attempts}"))).isEqualTo("fast b 3");

        LoggedExchange dropped = new LoggedExchange().receive("/");
        attempt(dropped, "one", 200, Outcome.ABANDONED, "a");
        attempt(dropped, "two", 200, Outcome.ABANDONED, "a");
        assertThat(dropped.line(format("{upstream}"))).isEqualTo("two");
    }

    @Test
    void aDoubledBraceIsABrace() throws Exception {
        assertThat(new LoggedExchange().receive("/").line(format("{{{method}}} }}{{")))
                .isEqualTo("{GET} }{");
    }

    @ParameterizedTest
    @CsvSource({"a {client, 3", "a } {client}, 3", "{, 1", "{client}}, 9"})
    void aBraceWithoutItsOtherOneIsRefused(String format, int place) {
        assertThatThrownBy(() -> format(format).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format has a brace without its other one at character " + place
                        + ", for a brace itself write it twice: \"" + format + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{client}\n{user}", "{client}\u0000"})
    void aFormatIsOneLine(String format) {
        assertThatThrownBy(() -> format(format).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("format must be one line of text without control characters: \"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"duration", "", "Client", "request.", "request.a b", "response.", "tag.", "header.X"})
    void anUnknownFieldIsRefusedWithTheNamesThatThereAre(String name) {
        assertThatThrownBy(() -> format("{client} {" + name + "}")
                        .addField("tenant", record -> 1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "unknown field \"" + name + "\": there are time, client, peer, user, request_id, ")
                .hasMessageContaining(", total_ms, ")
                .hasMessageContaining(", tls_cipher, tenant, and request.<field>, response.<field>, tag.<name>");
        assertThatThrownBy(() -> AccessLog.builder().json("client", name).build())
                .hasMessageStartingWith("unknown field \"" + name + "\"");
    }

    @Test
    void thePageListsAllFields() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "logging.md"));

        assertThat(Fields.names())
                .hasSizeGreaterThan(30)
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void jsonHasTheFieldsThatAreChosenInTheirOrder() throws Exception {
        LoggedExchange logged = new LoggedExchange().receive("/x?a=b", "X-Team", "a\"\n".strip() + "\u00e9");
        attempt(logged, "origin-1", 200, Outcome.COMPLETED, "a");

        assertThat(logged.respond(204)
                        .line(AccessLog.builder()
                                .json("status", "path", "user", "tags", "request.X-Team", "upstream_ms", "path")))
                .isEqualTo("{\"status\":204,\"path\":\"/x\",\"tags\":{\"rack\":\"7\",\"zone\":\"a\"},"
                        + "\"request.X-Team\":\"a\\\"\u00e9\",\"upstream_ms\":7.000}");
    }
}

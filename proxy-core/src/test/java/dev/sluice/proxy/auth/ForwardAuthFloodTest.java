package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.FailureLimit;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How seldom a service is asked that decides who may enter. In virtual time, where exactly one thread runs. */
@Timeout(60)
class ForwardAuthFloodTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream service = FakeUpstream.named("service").at("auth.example");
    private final List<TestResponse> responses = new ArrayList<>();

    private ForwardAuth.Builder auth() {
        return ForwardAuth.builder(UpstreamSource.of(service), "/verify");
    }

    /** The service takes a second. */
    private void answers(int status, String... fields) {
        service.answer(request -> {
            time.advance(Duration.ofSeconds(1));
            return ProxyResponse.builder(status)
                    .headers(Headers.of(fields))
                    .body(Body.of("told"))
                    .build();
        });
    }

    /** Ten at once with the same credentials; returns how many seconds they took. */
    private double ten(Entering server) throws Exception {
        long before = time.nanos();
        return time.run(() -> {
            List<Signal> ends = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                ends.add(time.start("client", () -> {
                    try {
                        responses.add(server.get("/", "Cookie", "s=1"));
                    } catch (Exception fault) {
                        throw new IllegalStateException(fault);
                    }
                }));
            }
            for (Signal end : ends) {
                time.await(end, Long.MAX_VALUE);
            }
            return (time.nanos() - before) / 1e9;
        });
    }

    private void all(int status) {
        assertThat(responses).hasSize(10).allMatch(response -> response.status() == status);
    }

    @Test
    void equalQuestionsAtOnceAreAskedOnce() throws Exception {
        answers(200, "Remote-User", "anna");
        Entering server = Entering.through(
                time,
                auth().cacheTime(Duration.ofSeconds(1))
                        .principalField("Remote-User")
                        .build());

        assertThat(ten(server)).isEqualTo(1);
        all(200);
        assertThat(service.requests()).hasSize(1);
        assertThat(responses)
                .allMatch(response ->
                        "anna".equals(String.valueOf(response.record().principal())));
    }

    @Test
    void aRefusalCountsForAllThatWaitForIt() throws Exception {
        answers(401, "WWW-Authenticate", "Bearer");
        Entering server =
                Entering.through(time, auth().cacheTime(Duration.ofSeconds(1)).build());

        assertThat(ten(server)).isEqualTo(1);
        all(401);
        assertThat(responses).allMatch(response -> response.text().equals("told"));
        assertThat(service.requests()).hasSize(1);
        server.get("/", "Cookie", "s=1");
        assertThat(service.requests()).hasSize(2);
    }

    @Test
    void nobodyGetsTheCookiesOfAnother() throws Exception {
        answers(302, "Location", "/login", "Set-Cookie", "state=1");
        Entering server =
                Entering.through(time, auth().cacheTime(Duration.ofSeconds(1)).build());

        assertThat(ten(server)).isEqualTo(2);
        all(302);
        assertThat(service.requests()).hasSize(10);
    }

    @Test
    void aServiceThatIsSilentIsWaitedForOnce() throws Exception {
        service.hang();
        Entering server =
                Entering.through(time, auth().cacheTime(Duration.ofSeconds(1)).build());

        assertThat(ten(server)).isEqualTo(5);
        all(503);
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void withoutACacheEachIsAsked() throws Exception {
        answers(200);

        assertThat(ten(Entering.through(time, auth().build()))).isEqualTo(1);
        assertThat(service.requests()).hasSize(10);
    }

    @Test
    void whoIsRefusedTooOftenIsNotAskedAbout() throws Exception {
        service.answer(401, "");
        Entering server = Entering.through(time, FailureLimit.perMinute(3), auth().build());
        for (int i = 0; i < 5; i++) {
            responses.add(server.get("/", "Cookie", "s=" + i));
        }

        assertThat(responses).extracting(TestResponse::status).containsExactly(401, 401, 401, 429, 429);
        assertThat(service.requests()).hasSize(3);
    }

    /** What counts for all paths is a yes; a redirect to a login has the place to come back to. */
    @Test
    void aRefusalIsForThePathThatWasAskedFor() throws Exception {
        service.answer(request -> {
            time.advance(Duration.ofSeconds(1));
            return ProxyResponse.builder(302)
                    .header(
                            "Location",
                            "/login?back="
                                    + request.headers().first("X-Forwarded-Uri").orElse(""))
                    .build();
        });
        Entering server = Entering.through(
                time,
                auth().cacheTime(Duration.ofSeconds(1)).cachePerPath(false).build());

        time.run(() -> {
            List<Signal> ends = new ArrayList<>();
            for (String path : List.of("/a", "/b", "/b", "/b")) {
                ends.add(time.start("client", () -> {
                    try {
                        TestResponse response = server.get(path, "Cookie", "s=1");
                        assertThat(response.headers().first("Location")).hasValue("/login?back=" + path);
                        responses.add(response);
                    } catch (Exception fault) {
                        throw new IllegalStateException(fault);
                    }
                }));
            }
            for (Signal end : ends) {
                time.await(end, Long.MAX_VALUE);
            }
            return null;
        });
        assertThat(responses).hasSize(4).allMatch(response -> response.status() == 302);
        assertThat(service.requests()).hasSize(2);
    }

    @Test
    void aYesCountsForAllPathsAtOnce() throws Exception {
        answers(200);
        Entering server = Entering.through(
                time,
                auth().cacheTime(Duration.ofSeconds(1)).cachePerPath(false).build());

        time.run(() -> {
            List<Signal> ends = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String path = "/" + i;
                ends.add(time.start("client", () -> {
                    try {
                        responses.add(server.get(path, "Cookie", "s=1"));
                    } catch (Exception fault) {
                        throw new IllegalStateException(fault);
                    }
                }));
            }
            for (Signal end : ends) {
                time.await(end, Long.MAX_VALUE);
            }
            return null;
        });
        assertThat(responses).hasSize(5).allMatch(response -> response.status() == 200);
        assertThat(service.requests()).hasSize(1);
    }
}

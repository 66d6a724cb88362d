package dev.sluice.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The uses of filters, one example of each. */
class RouteFiltersTest {
    private static final ProxyHandler ORIGIN = request -> ProxyResponse.builder(200)
            .addHeader("X-Got", request.target().pathAndQuery())
            .addHeader("X-User", request.headers().first("X-User").orElse("nobody"))
            .body(Body.of("hello"))
            .build();

    @Test
    void aFilterAnswersAndTheHandlerIsNotCalled() throws Exception {
        List<String> asked = new ArrayList<>();
        ProxyFilter login = (request, next) ->
                request.headers().has("Authorization") ? next.handle(request) : ProxyResponse.of(401, "who are you?");
        TestClient client = client(Route.any().addFilter(login).to(request -> {
            asked.add(request.target().path());
            return ProxyResponse.of(200, "secret");
        }));

        assertThat(client.get("/x").status()).isEqualTo(401);
        assertThat(client.send("GET", "/y", Headers.of("Authorization", "me"), new byte[0])
                        .text())
                .isEqualTo("secret");
        assertThat(asked).containsExactly("/y");
    }

    @Test
    void aFilterChangesTheRequest() throws Exception {
        ProxyFilter user = (request, next) -> next.handle(request.toBuilder()
                .headers(request.headers().toBuilder().set("X-User", "joe").build())
                .target(request.target().withQuery("v=2"))
                .build());
        TestResponse response = client(Route.any().addFilter(user).to(ORIGIN)).get("/x?v=1");

        assertThat(response.headers().first("X-User")).hasValue("joe");
        assertThat(response.headers().first("X-Got")).hasValue("/x?v=2");
    }

    @Test
    void aFilterChangesTheResponseAndItsBodyAsItStreams() throws Exception {
        ProxyFilter louder = (request, next) -> {
            ProxyResponse response = next.handle(request);
            return response.toBuilder()
                    .status(203)
                    .headers(response.headers().toBuilder().remove("X-Got").build())
                    .body(response.body().map(UpperCase::new, response.body().length()))
                    .build();
        };
        TestResponse response = client(Route.any().addFilter(louder).to(ORIGIN)).get("/x");

        assertThat(response.status()).isEqualTo(203);
        assertThat(response.headers().has("X-Got")).isFalse();
        assertThat(response.text()).isEqualTo("HELLO");
    }

    @Test
    void aFilterWrapsTheHandlerAndMayCallItAgain() throws Exception {
        List<String> seen = new ArrayList<>();
        ProxyFilter again = (request, next) -> {
            try (ProxyResponse first = next.handle(request)) {
                seen.add("first " + first.status());
            } catch (IOException failure) {
                seen.add("first " + failure.getMessage());
            }
            try {
                return next.handle(request);
            } finally {
                seen.add("done");
            }
        };
        TestClient client = client(Route.any().addFilter(again).to(request -> {
            if (seen.isEmpty()) {
                throw new IOException("broke");
            }
            return ProxyResponse.of(200, "second");
        }));

        assertThat(client.get("/x").text()).isEqualTo("second");
        assertThat(seen).containsExactly("first broke", "done");
    }

    @Test
    void aFilterRefuses() {
        ProxyFilter never = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, "not here");
        };
        TestClient client = client(Route.any().addFilter(never).to(ORIGIN));

        assertThatThrownBy(() -> client.get("/x")).isInstanceOfSatisfying(ProxyException.class, refusal -> {
            assertThat(refusal.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(refusal.status()).isEqualTo(403);
        });
    }

    @Test
    void theFirstFilterIsTheOutermost() throws Exception {
        List<String> order = new ArrayList<>();
        client(Route.any()
                        .addFilter(noting(order, "a"))
                        .addFilter(noting(order, "b"))
                        .to(ORIGIN))
                .get("/");

        assertThat(order).containsExactly("a in", "b in", "b out", "a out");
    }

    @Test
    void filtersGetTheRewrittenPathAndCanSeeTheOriginal() throws Exception {
        List<String> seen = new ArrayList<>();
        ProxyFilter look = (request, next) -> {
            RouteMatch match = Objects.requireNonNull(RouteMatch.of(request.exchange()));
            seen.add(match.original().pathAndQuery() + " -> " + request.target().pathAndQuery());
            return next.handle(request);
        };
        TestClient client =
                client(Route.path("/api/**").stripPrefix("/api").addFilter(look).to(ORIGIN));

        assertThat(client.get("/api/x?y").headers().first("X-Got")).hasValue("/x?y");
        assertThat(seen).containsExactly("/api/x?y -> /x?y");
    }

    private static TestClient client(Route route) {
        return TestClient.of(Routes.of(route));
    }

    private static ProxyFilter noting(List<String> order, String name) {
        return (request, next) -> {
            order.add(name + " in");
            try {
                return next.handle(request);
            } finally {
                order.add(name + " out");
            }
        };
    }

    private static final class UpperCase extends FilterInputStream {
        private UpperCase(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            return Character.toUpperCase(super.read());
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            for (int i = offset; i < offset + n; i++) {
                target[i] = (byte) Character.toUpperCase(target[i]);
            }
            return n;
        }
    }
}

package dev.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectTest {
    private static TestResponse send(Route.Builder route, Redirect redirect, String path, String... fields)
            throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .trust("127.0.0.0/8")
                .addRoute(route.to(redirect))
                .build();
        return TestClient.of(pipeline).send("GET", path, Headers.of(fields), new byte[0]);
    }

    private static String location(Route.Builder route, Redirect redirect, String path) throws Exception {
        TestResponse response = send(route, redirect, path);
        assertThat(response.headers().all("Location")).hasSize(1);
        assertThat(response.body()).isEmpty();
        return response.headers().all("Location").get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "/new, /old/a, /new",
        "/new/, /old/a, /new/",
        "/new/**, /old/a/b, /new/a/b",
        "/new/**, /old/a/, /new/a/",
        "/new/**, /old, /new/",
        "/new/**, /old/a?b=c&d, /new/a?b=c&d",
        "/new?x=1, /old/a?b=c, /new?x=1&b=c",
        "/new#top, /old/a?b=c, /new?b=c#top",
        "/**, /old/a, /a",
        "/**, /old//a, //a",
        "/, /old/a, /",
        "https://other.example, /old/a, https://other.example",
        "https://other.example/**, /old/a?b, https://other.example/a?b",
        "https://Other.example:8443/x/**, /old/a, https://other.example:8443/x/a",
        "http://[::1]/**, /old/%C3%A4%2Fb, http://[::1]/%C3%A4%2Fb"
    })
    void thePlaceIsMadeOfTheRequests(String target, String path, String expected) throws Exception {
        String place = location(Route.path("/old/**").stripPrefix("/old"), Redirect.permanent(target), path);

        assertThat(place).isEqualTo(expected.startsWith("//") ? expected.substring(1) : expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/old//other.example, /other.example",
        "/old///other.example/x, /other.example/x",
        "/old//other.example?q, /other.example?q"
    })
    void whatARequestHasInItsPathIsNeverAHost(String path, String expected) throws Exception {
        Route.Builder route = Route.path("/old/**").stripPrefix("/old");

        assertThat(location(route, Redirect.permanent("/**"), path)).isEqualTo(expected);
        assertThat(location(route, Redirect.permanent("https://shop.example/**"), path))
                .startsWith("https://shop.example//");
    }

    @Test
    void aVariableIsPutIntoThePath() throws Exception {
        Route.Builder route = Route.path("/user/{id}/{part}");

        assertThat(location(route, Redirect.temporary("/people/{id}?show={part}"), "/user/a%20c/x&y=+"))
                .isEqualTo("/people/a%20c?show=x%26y=%2B");
    }

    @Test
    void aRouteWithoutTheVariableIsRefusedWhenItComesIntoEffect() throws Exception {
        Redirect people = Redirect.temporary("/people/{id}?show={part}&of={id}");
        assertThat(people.variables()).containsExactlyInAnyOrder("id", "part");
        Pipeline pipeline =
                Pipeline.builder().addRoute("/a", Redirect.temporary("/b")).build();

        assertThatThrownBy(() -> pipeline.routes(Routes.of(Route.path("/user/{name}/{part}")
                        .addFilter(RequestId.DEFAULT)
                        .to(people))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("route /user/{name}/{part} has no path variable \"id\", which"
                        + " Redirect[307 /people/{id}?show={part}&of={id}] needs");
        assertThat(TestClient.of(pipeline).get("/a").status()).isEqualTo(307);
        assertThatThrownBy(() -> Pipeline.builder().addRoute("/**", people).build())
                .hasMessageStartingWith("route /** has no path variable \"id\"")
                .hasMessageContaining("; route /** has no path variable \"part\"");
    }

    @Test
    void aVariableMayBeThatOfARouteAroundTheTable() throws Exception {
        Routes inner = Routes.of(Route.path("/user/{id}/old").to(Redirect.temporary("/people/{id}?part={part}")));
        Route.Builder outer = Route.path("/user/{id}/{part}");

        assertThat(inner.missingVariables()).hasSize(1);
        assertThat(TestClient.of(Pipeline.builder().addRoute(outer.to(inner)).build())
                        .get("/user/1/old")
                        .headers()
                        .first("Location"))
                .contains("/people/1?part=old");
    }

    @Test
    void theStatusAndTheQueryAreChosen() throws Exception {
        Route.Builder any = Route.any();

        assertThat(send(any, Redirect.permanent("/new"), "/").status()).isEqualTo(308);
        assertThat(send(any, Redirect.temporary("/new"), "/").status()).isEqualTo(307);
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            assertThat(send(any, Redirect.permanent("/new").withStatus(status), "/")
                            .status())
                    .isEqualTo(status);
        }
        assertThat(location(any, Redirect.permanent("/new").withQuery(false), "/?a=b"))
                .isEqualTo("/new");
    }

    @Test
    void thePrefixThatATrustedProxyHasRemovedStaysInFront() throws Exception {
        TestResponse response = send(
                Route.any(),
                Redirect.permanent("/new"),
                "/a",
                "X-Forwarded-For",
                "192.0.2.1",
                "X-Forwarded-Prefix",
                "/shop");

        assertThat(response.headers().first("Location")).contains("/shop/new");
    }

    @ParameterizedTest
    @CsvSource({"/home, /home", "/home#top, /home", "/**, /a/b?c", "http://test.example/**, /a?b"})
    void aRedirectToTheSamePlaceIsRefused(String target, String path) throws Exception {
        TestResponse response = send(Route.any(), Redirect.permanent(target), path);

        assertThat(response.status()).isEqualTo(508);
        assertThat(response.record().outcome()).isEqualTo(Outcome.LOOP);
    }

    @Test
    void aPathWithoutTheRouteIsTheWholePath() throws Exception {
        assertThat(location(Route.host("test.example"), Redirect.permanent("https://www.test.example/**"), "/a/../b?c"))
                .isEqualTo("https://www.test.example/b?c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            new | target must be a path that begins with a slash, or a URL of http or https, without spaces: "new"
            '' | target must begin with one slash, or name its host with http:// or https://: ""
            ?a | target must begin with one slash, or name its host with http:// or https://: "?a"
            //other.example | target must begin with one slash, or name its host with http:// or https://: "//other.example"
            /a b | target must be a path that begins with a slash, or a URL of http or https, without spaces: "/a b"
            /\\other.example | target must be a path that begins with a slash, or a URL of http or https, without spaces: "/\\other.example"
            ftp://a.example/ | target must be a path that begins with a slash, or a URL of http or https, without spaces: "ftp://a.example/"
            https:///a | target must be a URL with a host: "https:///a"
            https://a@b.example/ | target must be a URL with a host: "https://a@b.example/"
            https://{x}.example/ | target must have a host without a variable, as clients choose what is in it: "https://{x}.example/"
            /a*/b | target may have * only as /** at the end of its path: "/a*/b"
            /**/b | target may have * only as /** at the end of its path: "/**/b"
            /{a | target may have braces only as {name}: "/{a"
            /a?{} | target may have braces only as {name}: "/a?{}"
            """)
    void whatIsNoPlaceIsRefused(String target, String message) {
        assertThatThrownBy(() -> Redirect.permanent(target)).hasMessage(message.replace("\\\\", "\\"));
    }

    @Test
    void aStatusThatDoesNotRedirectIsRefused() {
        for (int status : new int[] {200, 300, 304, 305, 309}) {
            assertThatThrownBy(() -> Redirect.permanent("/new").withStatus(status))
                    .hasMessage("status must be 301, 302, 303, 307 or 308: " + status);
        }
    }
}

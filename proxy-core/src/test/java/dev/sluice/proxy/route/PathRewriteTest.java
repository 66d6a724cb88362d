package dev.sluice.proxy.route;

import static dev.sluice.proxy.route.Requests.ECHO;
import static dev.sluice.proxy.route.Requests.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.path.PathPrefixes;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathRewriteTest {
    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb/c%20d?x=%26", "/a%2fb", "/%7euser//x/", "/a?", "/a|b", "/a?x=/../%2e"})
    void whatIsNotRewrittenIsSentOnByteForByte(String target) throws Exception {
        assertThat(answer(Routes.of(Route.any().to(ECHO)), Requests.get(target)))
                .isEqualTo("GET " + target);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    /api/a%2Fb/c%20d?x=%26,     /a%2Fb/c%20d?x=%26
                    /api,                       /
                    /api/,                      /
                    /api?x,                     /?x
                    /api//x,                    //x
                    /api;v=1/x;y,               /x;y
                    /%61pi/%7eu/%c3,            /%7eu/%c3
                    /api/../api/%7eu,           /~u
                    /x/../api/./y,              /y
                    /api/api/x,                 /api/x
                    """)
    void aPrefixIsTakenOffAndTheRestStaysAsReceived(String target, String sent) throws Exception {
        Routes routes = Routes.of(Route.path("/api/**").stripPrefix("/api").to(ECHO));

        assertThat(answer(routes, Requests.get(target))).isEqualTo("GET " + sent);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/acme/x%2fy,/x%2fy,/v1/acme",
        "/v1/a%2fb,/,/v1/a%2Fb",
        "/v1;a=b/acme;c/x;d,/x;d,/v1/acme",
        "/v1/%7eu/x,/x,/v1/~u"
    })
    void segmentsAreTakenOffWhateverTheyAre(String target, String sent, String stripped) throws Exception {
        Routes routes = Routes.of(Route.path("/v1/{tenant}/**")
                .literalSlashes(true)
                .stripSegments(2)
                .to(ECHO));
        ProxyRequest request = Requests.get(target);

        assertThat(answer(routes, request)).isEqualTo("GET " + sent);
        assertThat(match(request).strippedPrefix()).isEqualTo(stripped);
        assertThat(match(request).addedPrefix()).isEmpty();
    }

    @Test
    void theLastOfTwoPrefixesToStripCounts() throws Exception {
        Route segments =
                Route.path("/a/b/**").stripPrefix("/a").stripSegments(2).to(ECHO);
        Route prefix = Route.path("/a/b/**").stripSegments(2).stripPrefix("/a").to(ECHO);

        assertThat(answer(Routes.of(segments), Requests.get("/a/b/c"))).isEqualTo("GET /c");
        assertThat(answer(Routes.of(prefix), Requests.get("/a/b/c"))).isEqualTo("GET /b/c");
    }

    @ParameterizedTest
    @CsvSource({"/api,/v2", "/api/,/v2/", "/api/x%2f,/v2/x%2f", "/api?x,/v2?x"})
    void aPrefixIsPutInThePlaceOfAnother(String target, String sent) throws Exception {
        Routes routes = Routes.of(
                Route.path("/api/**").stripPrefix("/api").addPrefix("/v2").to(ECHO));
        ProxyRequest request = Requests.get(target);

        assertThat(answer(routes, request)).isEqualTo("GET " + sent);
        assertThat(match(request).strippedPrefix()).isEqualTo("/api");
        assertThat(match(request).addedPrefix()).isEqualTo("/v2");
        assertThat(request.exchange().get(PathPrefixes.class)).isEqualTo(new PathPrefixes("/api", "/v2"));
        assertThat(match(request).original()).isEqualTo(request.target());
        assertThat(match(request).rewritten().pathAndQuery()).isEqualTo(sent);
    }

    @Test
    void aPathCannotLeaveThePrefixThatIsPutBeforeIt() throws Exception {
        Routes routes = Routes.of(Route.any().addPrefix("/tenant").to(ECHO));

        assertThat(answer(routes, Requests.get("/../other/x"))).isEqualTo("GET /tenant/other/x");
    }

    @Test
    void aTargetWithoutPathIsNotRewritten() throws Exception {
        Routes routes = Routes.of(Route.any().addPrefix("/v2").to(ECHO));
        RequestTarget asterisk = RequestTarget.parse("OPTIONS", "*", "http", "example.com");

        assertThat(answer(routes, Requests.request("OPTIONS", asterisk).build()))
                .isEqualTo("OPTIONS *");
    }

    @ParameterizedTest
    @CsvSource({
        "/api,'',/v1,'',/api/v1,'',/x",
        "/api,/base,/base,'',/api,'',/v1/x",
        "/api,/base,/base/v1,/w,/api/v1,/w,/w/x",
        "/api,/base/deep,/base,'',/api,/deep,/deep/v1/x",
        "'','',/api,'',/api,'',/v1/x"
    })
    void prefixesOfATableWithinATableAddUp(
            String strip1, String add1, String strip2, String add2, String stripped, String added, String sent)
            throws Exception {
        Routes inner = Routes.of(rewriting(strip2 + "/**", strip2, add2).to(ECHO));
        Routes outer = Routes.of(rewriting("/api/**", strip1, add1).to(inner));
        ProxyRequest request = Requests.get("/api/v1/x");

        assertThat(answer(outer, request)).isEqualTo("GET " + sent);
        assertThat(match(request).strippedPrefix()).isEqualTo(stripped);
        assertThat(match(request).addedPrefix()).isEqualTo(added);
        assertThat(match(request).original().path()).isEqualTo("/api/v1/x");
    }

    @Test
    void aRequestThatPassesTheTableTwiceIsMatchedAgain() throws Exception {
        Routes routes = Routes.of(Route.path("/api/**").stripPrefix("/api").to(ECHO));
        ProxyRequest request = Requests.get("/api/x");
        routes.handle(request).close();

        assertThat(answer(routes, request)).isEqualTo("GET /x");
        assertThat(match(request).strippedPrefix()).isEqualTo("/api");
    }

    private static RouteBuilder rewriting(String path, String strip, String add) {
        RouteBuilder route = Route.path(path);
        if (!strip.isEmpty()) {
            route.stripPrefix(strip);
        }
        return add.isEmpty() ? route : route.addPrefix(add);
    }

    private static RouteMatch match(ProxyRequest request) {
        return Objects.requireNonNull(RouteMatch.of(request.exchange()));
    }
}

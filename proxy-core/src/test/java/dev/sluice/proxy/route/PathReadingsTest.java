package dev.sluice.proxy.route;

import static dev.sluice.proxy.route.Requests.ECHO;
import static dev.sluice.proxy.route.Requests.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that servers may read in two ways do not pass a route. */
class PathReadingsTest {
    private static final ProxyHandler GUARD = request -> ProxyResponse.of(403, "guarded");

    private static final Routes GUARDED =
            Routes.of(Route.path("/admin/**").to(GUARD), Route.path("/**").to(ECHO));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/x",
                "/admin",
                "/%61dmin/x",
                "/admin;a=b/x",
                "/admin;/x",
                "/admin;a=%2fb/x",
                "/./admin/x",
                "/x/../admin/x",
                "/../admin/x",
                "/admin//x",
                "/admin/x%2fy",
                "/x%2fy/../../admin/x",
                "/admin;a=b//x%5cy"
            })
    void theRouteOfAPathIsTakenInAllItsSpellings(String path) throws Exception {
        assertThat(answer(GUARDED, Requests.get(path))).isEqualTo("guarded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//admin/x",
                "///admin/x",
                "//admin",
                "/.//admin/x",
                "/x/..//admin/x",
                "/x//../admin/x",
                "/x//..//admin/x",
                "/x/y//../..//admin/x",
                "/admin%2fx",
                "/admin%2Fx",
                "/%2fadmin/x",
                "/%2F%2fadmin/x",
                "/%61dmin%2fx",
                "/admin%5cx",
                "/%5Cadmin/x",
                "/%5c%2fadmin%2fx",
                "/;a/admin/x",
                "/;a=b//admin;c/x",
                "/;/admin/x",
                "/%2f;a/admin/x",
                "/admin%2f/x/..",
                "/admin%2f..x/.."
            })
    void aPathThatLeadsToDifferentRoutesIsRefused(String path) throws Exception {
        assertThat(refusal(GUARDED, path).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//admin/x", "/admin%2fx", "/%2fadmin/x", "/;a/admin/x", "/admin%5cx", "///admin"})
    void norDoesItPassAGuardInATableThatIsTheHandlerOfARoute(String path) {
        Routes plain = Routes.of(Route.path("/**").to(GUARDED));
        Routes below = Routes.of(Route.path("/api/**").stripPrefix("/api").to(GUARDED));
        Routes within = Routes.of(Route.path("/{tenant}/**").stripSegments(1).to(GUARDED));

        assertThat(refusal(plain, path).status()).isEqualTo(400);
        assertThat(refusal(below, "/api" + path).status()).isEqualTo(400);
        assertThat(refusal(within, "/acme" + path).status()).isEqualTo(400);
    }

    @Test
    void anInnerTableGetsThePathWithoutTheOuterTablesDotSegments() throws Exception {
        Routes outer = Routes.of(Route.path("/**").to(GUARDED));

        // After the outer table no server can see that there was an empty segment.
        assertThat(answer(outer, Requests.get("/x//../admin/x"))).isEqualTo("GET /x/admin/x");
        assertThat(answer(outer, Requests.get("/x/../admin/x"))).isEqualTo("guarded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/@scope%2fname",
                "/a//b",
                "//a/b",
                "/a%5cb",
                "/a;v=1//b;w",
                "/adminx%2fy",
                "/x/admin%2f",
                "/administrator//x",
                "/a%252fb",
                "/admin%252fx",
                "/%3badmin/x",
                "/admin%3b/x"
            })
    void aPathThatLeadsToOneRouteGoesOnAsItCame(String path) throws Exception {
        assertThat(answer(GUARDED, Requests.get(path))).isEqualTo("GET " + path);
    }

    @Test
    void theRecordSaysWhereThePathLeads() {
        ProxyRequest request = Requests.get("/admin%2fx");

        ProxyException refusal = catchThrowableOfType(ProxyException.class, () -> GUARDED.handle(request));

        assertThat(refusal).hasMessage("an ambiguous path");
        assertThat(request.exchange().record().explain())
                .contains("path: leads to route /**, and read as \"/admin/x\" to route /admin/**; refused");
    }

    @ParameterizedTest
    @CsvSource({
        "//admin/x,         guarded",
        "/admin%2fx,        guarded",
        "/x/..//admin/x,    guarded",
        "/;a/admin/x,       guarded",
        "/admin%5C/x/..,    guarded",
        "/@scope%2fname,    GET /@scope%2fname",
        "//a,               GET //a",
        "/a;v=1//b,         GET /a;v=1//b",
    })
    void aTableMayNormaliseInsteadOfRefusing(String path, String answer) throws Exception {
        assertThat(answer(GUARDED.withNormalizePaths(true), Requests.get(path))).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "//api//x/y,            GET /x/y",
        "/api%2fx%5cy,          GET /x/y",
        "/;a/api;b/x;c//y,      GET /x;c/y",
        "/api//x,               GET //x",
        "/z//../api/x/,         GET /x/",
    })
    void whatIsNormalisedIsRewrittenAndSentOnInItsNormalForm(String path, String sent) throws Exception {
        Routes routes = Routes.of(
                        Route.path("/api/**").stripPrefix("/api").to(ECHO),
                        Route.path("/**").to(GUARD))
                .withNormalizePaths(true);

        assertThat(answer(routes, Requests.get(path))).isEqualTo(sent);
    }

    @Test
    void slashesOfARouteMayBeLiteral() throws Exception {
        Routes routes = Routes.of(
                Route.path("/packages/{name}")
                        .literalSlashes(true)
                        .to(request -> ProxyResponse.of(
                                200, RouteMatch.of(request.exchange()).variable("name"))),
                Route.path("/**").to(GUARD));

        assertThat(answer(routes, Requests.get("/packages/@scope%2fname"))).isEqualTo("@scope%2Fname");
        assertThat(answer(routes, Requests.get("/packages/a%5cb"))).isEqualTo("a%5Cb");
        assertThat(refusal(routes, "//packages/a%2fb").status()).isEqualTo(400);
        assertThat(refusal(routes, "/packages%2fa").status()).isEqualTo(400);
        assertThat(answer(routes.withNormalizePaths(true), Requests.get("//packages/a%2fb")))
                .isEqualTo("guarded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/acme%2fx/y", "/acme%5cx/y", "/a//../acme/y", "/acme%2f/y"})
    void otherVariablesAreAnotherReading(String path) {
        Routes routes = Routes.of(Route.path("/{tenant}/**").to(ECHO));

        assertThat(refusal(routes, path).status()).isEqualTo(400);
    }

    @Test
    void variablesComeWithoutParameters() throws Exception {
        Routes routes = Routes.of(Route.path("/users/{id}/**")
                .to(request ->
                        ProxyResponse.of(200, RouteMatch.of(request.exchange()).variable("id"))));

        assertThat(answer(routes, Requests.get("/users/7;v=1/x"))).isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/x",
                "/%61dmin/x",
                "/admin;a=b/x",
                "//admin/x",
                "/admin%2fx",
                "/x/..//admin/x",
                "/./admin/x"
            })
    void aConditionOfOnesOwnIsNotPassedEither(String path) throws Exception {
        Routes routes = Routes.of(
                Route.any()
                        .when(request -> request.target().path().matches("/admin(/.*)?"))
                        .to(GUARD),
                Route.path("/**").to(ECHO));
        boolean ambiguous = path.contains("//") || path.contains("%2f");

        if (ambiguous) {
            assertThat(refusal(routes, path).status()).isEqualTo(400);
        } else {
            assertThat(answer(routes, Requests.get(path))).isEqualTo("guarded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ADMIN/x", "/Admin", "/%41dmin/x", "/aDMIN;a=b/x"})
    void caseDoesNotMatterWhereARouteOrTheTableSaysSo(String path) throws Exception {
        Routes route = Routes.of(
                Route.path("/admin/**").ignoreCase(true).to(GUARD),
                Route.path("/**").to(ECHO));

        assertThat(answer(route, Requests.get(path))).isEqualTo("guarded");
        assertThat(answer(GUARDED.withIgnoreCase(true), Requests.get(path))).isEqualTo("guarded");
        assertThat(answer(GUARDED, Requests.get(path))).isEqualTo("GET " + path);
        assertThat(refusal(route, '/' + path).status()).isEqualTo(400);
        assertThat(answer(route.withNormalizePaths(true), Requests.get('/' + path)))
                .isEqualTo("guarded");
    }

    private static ProxyException refusal(Routes routes, String path) {
        return catchThrowableOfType(
                ProxyException.class, () -> routes.handle(Requests.get(path)).close());
    }
}

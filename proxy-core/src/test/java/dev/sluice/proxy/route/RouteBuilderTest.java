package dev.sluice.proxy.route;

import static dev.sluice.proxy.route.Requests.ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteBuilderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "api",
                "",
                "*",
                "/a/**/b",
                "/a*",
                "/*",
                "/a/{id}/{id}",
                "/{}",
                "/{1d}",
                "/x{id}",
                "/{id}.json",
                "/a/{b",
                "/a}",
                "/a?b",
                "/a#b",
                "/a b",
                "/a/../b",
                "/.",
                "/%2e%2e",
                "/a%",
                "/a\\b",
                "/gr\u00fcn",
                "/%00",
                "/***"
            })
    void aPathThatCannotBeMeantIsRefusedByItsValue(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.path(pattern))
                .withMessageStartingWith("path ")
                .withMessageContaining('"' + pattern + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "", "/{id}", "/a?b", "/a/.."})
    void anExactPathIsChecked(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.exactPath(path))
                .withMessageStartingWith("exactPath ")
                .withMessageContaining('"' + path + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "*.", "a.*.com", "*.*.com", "example.com:80", "a b", "http://a", "[::1", "a/b"})
    void aHostIsChecked(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.host(host))
                .withMessageStartingWith("host ")
                .withMessageContaining('"' + host + '"');
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                refused(() -> Route.any().name(" "), "route name must be printable text: \" \""),
                refused(() -> Route.any().name("a\nb"), "route name must be printable text: \"a?b\""),
                refused(() -> Route.any().host(), "host needs at least one value"),
                refused(() -> Route.any().methods(), "methods needs at least one value"),
                refused(() -> Route.any().methods("GET", "A B"), "methods has a name that is not a method: \"A B\""),
                refused(
                        () -> Route.any().methods("get"),
                        "methods are compared with case, and \"get\" is not one that clients send: write \"GET\""),
                refused(() -> Route.any().methods("PUT", "Delete"), "write \"DELETE\""),
                refused(() -> Route.path("/a//b"), "path has an empty segment"),
                refused(() -> Route.path("//**"), "path has an empty segment"),
                refused(() -> Route.exactPath("//a"), "exactPath has an empty segment"),
                refused(() -> Route.exactPath("/a//"), "exactPath has an empty segment"),
                refused(() -> Route.path("/a;b/c"), "path has a parameter"),
                refused(() -> Route.exactPath("/a;b"), "exactPath has a parameter"),
                refused(() -> Route.any().allowTrailers(), "allowTrailers needs at least one value"),
                refused(
                        () -> Route.any().allowTrailers("a b"),
                        "allowTrailers has a name that must not be a trailer field: \"a b\""),
                refused(() -> Route.any().allowTrailers("X-Sum", "x_forwarded_for"), "\"x_forwarded_for\""),
                refused(() -> Route.any().allowTrailers("authorization"), "\"authorization\""),
                refused(() -> Route.any().whenHeader("a b"), "whenHeader has a name that is not a field name: \"a b\""),
                refused(() -> Route.any().whenHeader("Host", "x"), "whenHeader cannot be Host"),
                refused(() -> Route.any().whenHeaderToken("connection", "upgrade"), "whenHeader cannot be connection"),
                refused(
                        () -> Route.any().whenHeaderToken("Accept", "a,b"),
                        "whenHeaderToken Accept cannot have the token \"a,b\""),
                refused(() -> Route.any().stripSegments(-1), "stripSegments must not be negative: -1"),
                refused(() -> Route.any().addPrefix("v2"), "addPrefix must begin with a slash: \"v2\""),
                refused(() -> Route.any().addPrefix("/v2/"), "addPrefix must not end with a slash: \"/v2/\""),
                refused(() -> Route.any().addPrefix("/"), "addPrefix must not end with a slash: \"/\""),
                refused(() -> Route.any().addPrefix("/a?b"), "'?': \"/a?b\""),
                refused(() -> Route.any().stripPrefix("api"), "stripPrefix must begin with a slash: \"api\""),
                refused(() -> Route.any().stripPrefix("/api/"), "stripPrefix must not end with a slash: \"/api/\""),
                refused(() -> Route.any().allowUpgrade(), "allowUpgrade needs at least one value"),
                refused(
                        () -> Route.any().allowUpgrade("web socket"),
                        "allowUpgrade has a name that is not a protocol: \"web socket\""),
                refused(
                        () -> Route.any().allowUpgrade("TLS/"),
                        "allowUpgrade has a name that is not a protocol: \"TLS/\""),
                refused(
                        () -> Route.path("/api/**").stripPrefix("/ap").to(ECHO),
                        "stripPrefix must begin the path of the route, \"/api/**\": \"/ap\""),
                refused(
                        () -> Route.path("/{id}/x").stripPrefix("/id").to(ECHO),
                        "stripPrefix must begin the path of the route, \"/{id}/x\": \"/id\""),
                refused(
                        () -> Route.path("/api").stripPrefix("/api/x").to(ECHO),
                        "stripPrefix must begin the path of the route, \"/api\": \"/api/x\""),
                refused(
                        () -> Route.any().stripPrefix("/api").to(ECHO),
                        "stripPrefix must begin the path of the route, which has none: \"/api\""),
                refused(
                        () -> Route.path("/a/**").stripSegments(2).to(ECHO),
                        "stripSegments must not be more than the path of the route has, \"/a/**\": 2"),
                refused(
                        () -> Route.any().stripSegments(1).to(ECHO),
                        "stripSegments must not be more than the path of the route has, which has none: 1"));
    }

    private static Arguments refused(Supplier<Object> build, String message) {
        return Arguments.of(build, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongValues")
    void aWrongValueIsRefusedByOptionAndValue(Supplier<Object> build, String message) {
        assertThatIllegalArgumentException().isThrownBy(build::get).withMessageContaining(message);
    }

    @Test
    void aRouteIsNamedAfterItsConditionsUnlessItHasAName() {
        assertThat(Route.any().to(ECHO).name()).isEqualTo("any");
        assertThat(Route.path("/api/**").to(ECHO).name()).isEqualTo("/api/**");
        assertThat(Route.host("*.Example.com", "b.test")
                        .path("/x/{id}")
                        .methods("GET", "PUT")
                        .to(ECHO)
                        .name())
                .isEqualTo("GET,PUT *.example.com,b.test/x/{id}");
        assertThat(Route.path("/api/**").name("orders").to(ECHO).name()).isEqualTo("orders");
    }

    @Test
    void aRouteDoesNotChangeWithItsBuilder() throws Exception {
        RouteBuilder builder = Route.path("/a");
        Route route = builder.to(ECHO);
        builder.path("/b").methods("PUT").addFilter((request, next) -> next.handle(Requests.get("/changed")));

        assertThat(Requests.answer(Routes.of(route), Requests.get("/a"))).isEqualTo("GET /a");
    }
}

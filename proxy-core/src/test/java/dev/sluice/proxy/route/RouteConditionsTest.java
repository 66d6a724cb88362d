package dev.sluice.proxy.route;

import static dev.sluice.proxy.route.Requests.ECHO;
import static dev.sluice.proxy.route.Requests.request;
import static dev.sluice.proxy.route.Requests.takes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteConditionsTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
                    /api,               /api,               true
                    /api,               /%61pi,             true
                    /%61pi,             /api,               true
                    /api,               /x/../api,          true
                    /api,               /api/,              false
                    /api,               /api/x,             false
                    /api,               /API,               false
                    /api,               /api;v=1,           true
                    /api/,              /api,               true
                    /api/,              /api/x/y,           true
                    /api/,              /apix,              false
                    /api/**,            /api,               true
                    /api/**,            /api/,              true
                    /api/**,            /api/x/y,           true
                    /api/**,            /api//x,            true
                    /api/**,            /apix,              false
                    /api/**,            /api;a=b/x;c,       true
                    /api/**,            /apis;/x,           false
                    /api/**,            /api%3B/x,          false
                    /a%2Fb/{c},         /a%2fb/x,           true
                    /a%2Fb/{c},         /a%2fb/x%2Fy,       true
                    /api/**,            /ap,                false
                    /api/**,            /api/../x,          false
                    /,                  /,                  true
                    /,                  /x/y,               true
                    /**,                /,                  true
                    /**,                /x/y,               true
                    /users/{id},        /users/7,           true
                    /users/{id},        /users/7;v=1,       true
                    /users/{id},        /users/;v=1,        false
                    /users/{id},        /users/,            false
                    /users/{id},        /users,             false
                    /users/{id},        /users/7/,          false
                    /users/{id},        /users/7/x,         false
                    /users/{id}/**,     /users/7,           true
                    /users/{id}/**,     /users/7/x/y,       true
                    /users/{id}/,       /users/7/x,         true
                    /{a}/x/{b},         /1/x/2,             true
                    /{a}/x/{b},         /1/y/2,             false
                    """)
    void thePathIsComparedSegmentBySegment(String pattern, String path, boolean matches) throws Exception {
        assertThat(takes(Route.path(pattern).to(ECHO), Requests.get(path))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"/,/,true", "/,/x,false", "/dir/,/dir/,true", "/dir/,/dir,false", "/dir/,/dir/x,false", "/a*b,/a*b,true"
    })
    void anExactPathIsThatPathAlone(String exact, String path, boolean matches) throws Exception {
        assertThat(takes(Route.exactPath(exact).to(ECHO), Requests.get(path))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    example.com,    example.com,        true
                    example.com,    EXAMPLE.com:8080,   true
                    Example.COM,    example.com,        true
                    example.com,    example.com.,       true
                    example.com.,   example.com,        true
                    example.com,    a.example.com,      false
                    example.com,    example.org,        false
                    *.example.com,  a.example.com,      true
                    *.example.com,  a.b.example.com:1,  true
                    *.example.com,  example.com,        false
                    *.example.com,  aexample.com,       false
                    *.example.com,  aaexample.com,      false
                    *.example.com,  .example.com,       false
                    [::1],          [::1]:80,           true
                    127.0.0.1,      127.0.0.1:80,       true
                    """)
    void theHostIsComparedWithoutPortAndCase(String pattern, String host, boolean matches) throws Exception {
        assertThat(takes(Route.host(pattern).to(ECHO), request("GET", "/", host)))
                .isEqualTo(matches);
    }

    @Test
    void oneOfSeveralHostsIsEnough() throws Exception {
        Route route = Route.host("a.test", "b.test").to(ECHO);

        assertThat(takes(route, request("GET", "/", "b.test"))).isTrue();
        assertThat(takes(route, request("GET", "/", "c.test"))).isFalse();
    }

    @Test
    void aRequestWithoutHostMatchesNoHost() throws Exception {
        ProxyRequest request =
                request("GET", RequestTarget.of("http", null, "/")).build();

        assertThat(takes(Route.host("*.com", "com").to(ECHO), request)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"GET,true", "PUT,true", "HEAD,false", "get,false"})
    void theMethodIsOneOfThoseNamed(String method, boolean matches) throws Exception {
        Route route = Route.any().methods("GET", "PUT").to(ECHO);

        assertThat(takes(route, request(method, "/").build())).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"X-Team,red,true", "x-team,red,true", "X-Team,blue,false", "X-Other,red,false"})
    void aFieldHasTheValueExactly(String name, String value, boolean matches) throws Exception {
        Route route = Route.any().whenHeader("X-Team", "red").to(ECHO);

        ProxyRequest request =
                request("GET", "/").addHeader(name, "x").addHeader(name, value).build();
        assertThat(takes(route, request)).isEqualTo(matches);
    }

    @Test
    void aFieldIsThereWhateverItsValue() throws Exception {
        Route route = Route.any().whenHeader("X-Team").to(ECHO);

        assertThat(takes(route, request("GET", "/").addHeader("x-team", "").build()))
                .isTrue();
        assertThat(takes(route, Requests.get("/"))).isFalse();
    }

    @Test
    void aFieldHasATokenInItsList() throws Exception {
        Route route = Route.any().whenHeaderToken("Accept-Encoding", "br").to(ECHO);

        assertThat(takes(
                        route,
                        request("GET", "/")
                                .addHeader("accept-encoding", "gzip, BR")
                                .build()))
                .isTrue();
        assertThat(takes(
                        route,
                        request("GET", "/")
                                .addHeader("accept-encoding", "brotli")
                                .build()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    a b=c d,    /?a+b=c%20d,        true
                    a b=c d,    /?x=1&a%20b=c+d,    true
                    ä=ö,        /?%C3%A4=%c3%b6,    true
                    v=1,        /?v=2&v=1,          true
                    v=1,        /?v=12,             false
                    v=1,        /?xv=1,             false
                    v=1,        /?v,                false
                    v=v,        /?v,                false
                    v=1,        /,                  false
                    v=%,        /?v=%,              true
                    v=a=b,      /?v=a=b,            true
                    v=1,        /?x&v=1,            true
                    """)
    void aQueryParameterHasTheValueDecoded(String parameter, String target, boolean matches) throws Exception {
        String[] nameAndValue = parameter.split("=", 2);
        Route route = Route.any().whenQuery(nameAndValue[0], nameAndValue[1]).to(ECHO);

        assertThat(takes(route, Requests.get(target))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/?v,true",
        "/?v=,true",
        "/?v=1,true",
        "/?x&v,true",
        "/?v&x=1,true",
        "/?x=v,false",
        "/?,false",
        "/?&&,false",
        "/,false"
    })
    void aQueryParameterIsThereWithOrWithoutValue(String target, boolean matches) throws Exception {
        assertThat(takes(Route.any().whenQuery("v").to(ECHO), Requests.get(target)))
                .isEqualTo(matches);
    }

    @Test
    void aCustomConditionIsCheckedAfterTheOthers() throws Exception {
        Route route = Route.path("/a")
                .when(request -> request.body().length() == 0)
                .when(request -> request.target().query() == null)
                .to(ECHO);

        assertThat(takes(route, Requests.get("/a"))).isTrue();
        assertThat(takes(route, Requests.get("/a?x"))).isFalse();
        assertThat(takes(route, Requests.get("/b"))).isFalse();
    }

    @Test
    void theAsteriskMatchesTheRootAndAnAuthorityOnlyRoutesWithoutAPath() throws Exception {
        RequestTarget asterisk = RequestTarget.parse("OPTIONS", "*", "http", "example.com");
        RequestTarget authority = RequestTarget.parse("CONNECT", "example.com:443", "http", null);

        assertThat(takes(
                        Route.path("/**").to(ECHO), request("OPTIONS", asterisk).build()))
                .isTrue();
        assertThat(takes(
                        Route.path("/a/**").to(ECHO),
                        request("OPTIONS", asterisk).build()))
                .isFalse();
        assertThat(takes(
                        Route.path("/{a}").to(ECHO),
                        request("OPTIONS", asterisk).build()))
                .isFalse();
        assertThat(takes(
                        Route.path("/**").to(ECHO),
                        request("CONNECT", authority).build()))
                .isFalse();
        assertThat(takes(Route.any().to(ECHO), request("OPTIONS", asterisk).build()))
                .isTrue();
        assertThat(takes(
                        Route.host("example.com").to(ECHO),
                        request("CONNECT", authority).build()))
                .isTrue();
    }
}

package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.RequestTarget.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §3.2, request target. */
class RequestTargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "//x/y", "/a%2Fb/../c;d=1", "/a?", "/a?b=c?d&e=%zz", "/?x=/http://h", "/a|b\"<>{}[]^`"})
    void theOriginFormStaysByteForByte(String raw) throws Exception {
        RequestTarget target = RequestTarget.parse("GET", raw, "http", "a.test");

        assertThat(target.form()).isEqualTo(Form.ORIGIN);
        assertThat(target.authority()).isEqualTo(Authority.parse("a.test"));
        assertThat(target).hasToString(raw);
    }

    @Test
    void theAuthorityComesFromTheAbsoluteFormAndNotFromHost() throws Exception {
        RequestTarget target = RequestTarget.parse("GET", "HTTP://b.test:81/x?y", "https", "a.test");

        assertThat(target).isEqualTo(new RequestTarget(Form.ABSOLUTE, "http", Authority.parse("b.test:81"), "/x", "y"));
        assertThat(target).hasToString("http://b.test:81/x?y");
    }

    @ParameterizedTest
    @CsvSource({"http://b.test,/,", "http://b.test?q,/,q"})
    void anAbsoluteFormWithoutPathHasTheRoot(String raw, String path, String query) throws Exception {
        RequestTarget target = RequestTarget.parse("GET", raw, "http", null);

        assertThat(target.path()).isEqualTo(path);
        assertThat(target.query()).isEqualTo(query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://b.test", "http://b.test:81", "https://b.test:"})
    void optionsWithoutPathAndQueryAsksTheOriginForAllOfIt(String raw) throws Exception {
        RequestTarget target = RequestTarget.parse("OPTIONS", raw, "http", "a.test");

        assertThat(target.form()).isEqualTo(Form.ABSOLUTE);
        assertThat(target.path()).isEqualTo("*");
        assertThat(target).hasToString(raw.replaceFirst(":$", ""));
        RequestTarget atOrigin = target.at("http", Authority.parse("c.test"));
        assertThat(atOrigin.form()).isEqualTo(Form.ASTERISK);
        assertThat(atOrigin).hasToString("*");
    }

    @ParameterizedTest
    @CsvSource({"http://b.test/,/", "http://b.test?,/?", "http://b.test?a,/?a", "http://b.test/*,/*"})
    void optionsWithAPathOrAQueryIsLikeAnyOther(String raw, String atOrigin) throws Exception {
        assertThat(RequestTarget.parse("OPTIONS", raw, "http", null).at("http", Authority.parse("c.test")))
                .hasToString(atOrigin);
    }

    @Test
    void onlyConnectHasTheAuthorityForm() throws Exception {
        assertThat(RequestTarget.parse("CONNECT", "b.test:443", "http", null).form())
                .isEqualTo(Form.AUTHORITY);
        assertThatThrownBy(() -> RequestTarget.parse("CONNECT", "/x", "http", null))
                .isInstanceOf(ProxyException.class);
    }

    @Test
    void onlyOptionsMayHaveTheAsterisk() throws Exception {
        assertThat(RequestTarget.parse("OPTIONS", "*", "http", "a.test").form()).isEqualTo(Form.ASTERISK);
        assertThatThrownBy(() -> RequestTarget.parse("GET", "*", "http", "a.test"))
                .isInstanceOf(ProxyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "/a#b",
                "http://u@b.test/",
                "http://u:p@b.test/",
                "ftp://b.test/",
                "http:///x",
                "/a b",
                "/a\tb",
                "/\u0100",
                "http://b.test:x/",
                "a.test:80"
            })
    void anythingElseIsABadRequest(String raw) {
        assertThatThrownBy(() -> RequestTarget.parse("GET", raw, "http", "a.test"))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.BAD_REQUEST);
                    assertThat(why.status()).isEqualTo(400);
                });
    }

    @Test
    void aBadHostFieldIsABadRequest() {
        assertThatThrownBy(() -> RequestTarget.parse("GET", "/", "http", "a b")).isInstanceOf(ProxyException.class);
        assertThatThrownBy(() -> RequestTarget.parse("GET", "/", "http", "")).isInstanceOf(ProxyException.class);
    }

    @Test
    void anotherAuthorityMakesItOriginForm() throws Exception {
        RequestTarget target = RequestTarget.parse("GET", "http://b.test/x?y", "http", null);

        assertThat(target.at("https", Authority.parse("c.test"))).hasToString("/x?y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb://x/", "http://a:8\n0/", "http://[\n/", "a\n"})
    void noControlCharacterGetsIntoAMessage(String target) {
        assertThatThrownBy(() -> RequestTarget.parse("GET", target, "http", "a"))
                .isInstanceOf(ProxyException.class)
                .message()
                .doesNotContain("\n");
    }
}

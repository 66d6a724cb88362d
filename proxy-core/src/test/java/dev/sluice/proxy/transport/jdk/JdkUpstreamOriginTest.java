package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.origin.Origin;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdkUpstreamOriginTest {
    @ParameterizedTest
    @CsvSource({
        "http://a.test, http, a.test, ''",
        "http://a.test/, http, a.test, ''",
        "HTTPS://A.test:8443/base/, https, a.test:8443, /base",
        "http://127.0.0.1:80/a%20b//c, http, 127.0.0.1:80, /a%20b//c",
        "http://[::1]:8080/x, http, [::1]:8080, /x"
    })
    void aUriHasASchemeAnAuthorityAndABasePath(String uri, String scheme, String authority, String basePath) {
        Origin origin = JdkUpstreamOrigin.of(URI.create(uri));

        assertThat(origin.scheme()).isEqualTo(scheme);
        assertThat(origin.authority()).hasToString(authority);
        assertThat(origin.basePath()).isEqualTo(basePath);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a.test/",
                "/path",
                "a.test",
                "mailto:a.test",
                "http:///x",
                "http://a.test/?q",
                "http://a.test/#f"
            })
    void anythingElseIsRefusedAndShown(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkUpstreamOrigin.of(URI.create(uri)))
                .withMessageContaining(uri);
    }

    @Test
    void whatIsBeforeAnAtSignIsNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkUpstreamOrigin.of(URI.create("http:ann:secret@a.test")))
                .withMessageEndingWith(": a.test");
    }

    @Test
    void userinfoIsRefusedAndNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkUpstreamOrigin.of(URI.create("http://me:secret@a.test/")))
                .withMessageContaining("userinfo")
                .withMessageNotContaining("secret");
    }

    @Test
    void aNameWithAnUnderscoreIsRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkTransport.shared().upstream("a", URI.create("http://my_host:8080/")))
                .withMessageContaining("underscore")
                .withMessageContaining("http://my_host:8080/");
    }

    /** RFC 6066 §3: the name in a handshake has no dot at its end, and the client cannot remove it. */
    @Test
    void anHttpsNameWithADotAtItsEndIsRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkTransport.shared().upstream("a", URI.create("https://a.test.:8443/")))
                .withMessageContaining("dot at the end")
                .withMessageContaining("https://a.test.:8443/");
        assertThat(JdkUpstreamOrigin.of(URI.create("http://a.test./")).authority())
                .hasToString("a.test.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a..test/", "http://a.test:0/", "http://-a.1/"})
    void aHostThatTheClientCannotReachIsRefused(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdkUpstreamOrigin.of(URI.create(uri)))
                .withMessageContaining(uri);
    }
}

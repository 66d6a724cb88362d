package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "proxy-authorization",
                "X-Original-Authorization",
                "Cookie",
                "set-cookie",
                "X-Api-Key",
                "x_api_key",
                "Ocp-Apim-Subscription-Key",
                "X-Auth-Token",
                "X-CSRF-Token",
                "X-AccessToken",
                "X-Amz-Signature",
                "Cf-Access-Jwt-Assertion",
                "Sec-WebSocket-Protocol",
                "Client-Cert",
                "client_cert",
                "DPoP",
                "X-User-Password"
            })
    void aFieldIsSecret(String name) {
        assertThat(SecretNames.isField(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Referer",
                "Idempotency-Key",
                "Sec-WebSocket-Key",
                "X-RateLimit-Limit-Tokens",
                "WWW-Authenticate",
                "traceparent",
                "X-Request-Id",
                "X-Author",
                "n",
                "-",
                ""
            })
    void aFieldIsNotSecret(String name) {
        assertThat(SecretNames.isField(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                " Token",
                "access_token",
                "resetToken",
                "user[password]",
                "sig",
                "code",
                "X-Amz-Signature",
                "invite"
            })
    void aParameterIsSecret(String name) {
        assertThat(SecretNames.isParameter(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"q", "page", "tokens", "keyword", "author", "zipcode", "state", ""})
    void aParameterIsNotSecret(String name) {
        assertThat(SecretNames.isParameter(name)).isFalse();
    }
}

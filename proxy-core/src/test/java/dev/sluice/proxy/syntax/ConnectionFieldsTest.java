package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "proxy-connection",
                "Keep-Alive",
                "te",
                "TRANSFER-ENCODING",
                "Upgrade",
                "HTTP2-Settings",
                "Content-Length"
            })
    void eachMessageHasFieldsThatItsSenderWrites(String name) {
        assertThat(ConnectionFields.isOfRequest(name)).isTrue();
        assertThat(ConnectionFields.isOfResponse(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "expect"})
    void aRequestHasPartsThatAResponseHasNot(String name) {
        assertThat(ConnectionFields.isOfRequest(name)).isTrue();
        assertThat(ConnectionFields.isOfResponse(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Trailer", "Date", "Connections", "T", ""})
    void allOthersAreFieldsOfTheMessage(String name) {
        assertThat(ConnectionFields.isOfRequest(name)).isFalse();
        assertThat(ConnectionFields.isOfResponse(name)).isFalse();
    }
}

package dev.sluice.proxy.connect.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationTest {
    @ParameterizedTest
    @CsvSource({"http, a.example, 80", "https, a.example, 443", "http, a.example:8080, 8080", "https, [::1], 443"})
    void aDestinationAlwaysHasAPort(String scheme, String authority, int port) {
        Destination destination = new Destination(scheme, Authority.parse(authority));

        assertThat(destination.authority().port()).isEqualTo(port);
    }

    @Test
    void aDestinationIsTheSameWithItsDefaultPort() {
        assertThat(new Destination("http", Authority.parse("A.example")))
                .isEqualTo(new Destination("http", Authority.parse("a.example:80")))
                .hasToString("http://a.example:80");
    }

    @Test
    void anUnknownSchemeIsRefused() {
        assertThatThrownBy(() -> new Destination("ftp", Authority.parse("a.example")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ftp");
    }

    @Test
    void aDestinationChosenByAClientIsAtTheSamePlaceButNotEqual() {
        Destination configured = Destination.of(URI.create("https://A.example/path"));
        Destination chosen = new Destination("https", Authority.parse("a.example"), true);

        assertThat(configured.isAt(chosen)).isTrue();
        assertThat(configured).isNotEqualTo(chosen);
        assertThat(configured.isAt(Destination.of(URI.create("http://a.example:443"))))
                .isFalse();
    }
}

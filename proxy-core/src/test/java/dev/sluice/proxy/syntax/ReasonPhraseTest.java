package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonPhraseTest {
    @ParameterizedTest
    @CsvSource({
        "100, Continue",
        "200, OK",
        "203, Non-Authoritative Information",
        "308, Permanent Redirect",
        "418, ''",
        "422, Unprocessable Content",
        "511, Network Authentication Required",
        "599, ''",
        "600, ''",
        "999, ''",
        "0, ''",
        "-1, ''"
    })
    void aRegisteredStatusHasAPhrase(int status, String phrase) {
        assertThat(ReasonPhrase.of(status)).isEqualTo(phrase);
    }
}

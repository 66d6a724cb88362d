package dev.sluice.proxy.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTest {
    @ParameterizedTest
    @CsvSource({
        "text/html, true",
        "TEXT/HTML ; charset=utf-8, true",
        "text/event-stream, true",
        "application/json;charset=utf-8, true",
        "application/problem+json, true",
        "application/atom+xml, true",
        "image/svg+xml, true",
        "application/wasm, true",
        "image/png, false",
        "application/grpc, false",
        "application/octet-stream, false",
        "application/jsonx, false",
        "application/+jso, false",
        "textx/html, false",
        "'', false"
    })
    void textsOfAllKindsAreWorthIt(String type, boolean has) {
        assertThat(MediaTypes.COMPRESSIBLE.has(Headers.of("Content-Type", type)))
                .isEqualTo(has);
    }

    @Test
    void withoutATypeItIsNone() {
        assertThat(MediaTypes.COMPRESSIBLE.has(Headers.empty())).isFalse();
    }

    @Test
    void oneMoreIsAdded() {
        MediaTypes types = MediaTypes.of("types", "a/b").and("types", "c/*");
        assertThat(types.has(Headers.of("Content-Type", "a/b"))).isTrue();
        assertThat(types.has(Headers.of("Content-Type", "c/d"))).isTrue();
        assertThat(types.has(Headers.of("Content-Type", "a/d"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "/html",
                "text/",
                "*/*",
                "*/html",
                "text/h*",
                "text/*x",
                "text/html;q=1",
                "a b/c",
                "a/b/c"
            })
    void whatIsNoTypeIsRefused(String type) {
        assertThatThrownBy(() -> MediaTypes.of("mediaTypes", type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mediaTypes must be like text/html, text/* or application/*+json: " + type);
    }

    @Test
    void noneIsRefused() {
        assertThatThrownBy(() -> MediaTypes.of("mediaTypes")).hasMessage("mediaTypes needs at least one value");
    }
}

package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    @Test
    void valuesAreRead() {
        assertThat(JsonReader.parse(" {\"a\" : [ 1 , -2.50e1 , true,false,null ] , \"b\":{}, \"c\": []} "))
                .isEqualTo(Map.of(
                        "a",
                        List.of(BigDecimal.ONE, new BigDecimal("-25"), true, false, JsonReader.NULL),
                        "b",
                        Map.of(),
                        "c",
                        List.of()));
        assertThat(JsonReader.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\u00e9\""))
                .isEqualTo("\"\\/\b\f\n\r\t\u00e9\u00e9");
        assertThat(JsonReader.parse("{\"a\": 1, \"a\": 2}")).isEqualTo(Map.of("a", new BigDecimal("2")));
    }

    @ParameterizedTest
    @CsvSource({"0, -0.0", "100, 1e2", "1.50, 1.5", "1E-2, 0.01"})
    void numbersOfOneValueAreEqual(String one, String other) {
        assertThat(JsonReader.parse(one)).isEqualTo(JsonReader.parse(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1,]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "tru",
                "nul",
                "+1",
                "01",
                "1.",
                ".5",
                "1e",
                "--1",
                "1e9999999",
                "\"",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "\"\t\"",
                "1 2",
                "{} x",
                "'a'",
                "NaN",
                "]"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonReader.parse(text))
                .withMessageMatching("no JSON: .* at character \\d+");
    }

    @Test
    void deepNestingIsRefusedBeforeTheStackEnds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonReader.parse("[".repeat(100_000)))
                .withMessage("no JSON: more than 500 levels at character 502");
    }

    private static void assertDiffers(String expected, String actual, String... differences) {
        assertThat(JsonDifference.of(JsonReader.parse(expected), JsonReader.parse(actual)))
                .containsExactly(differences);
    }

    @Test
    void differencesAreToldByTheirPlace() {
        assertDiffers("{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1.0}");
        assertDiffers(
                "{\"items\": [{\"count\": 2}], \"x\": 1, \"n\": null}",
                "{\"items\": [{\"count\": 3}], \"y\": \"z\", \"n\": false}",
                "items[0].count: expected 2, but was 3",
                "x: expected 1, but was absent",
                "n: expected null, but was false",
                "y: not expected, but was \"z\"");
        assertDiffers("[1, 2]", "[1]", "expected 2 elements, but there were 1");
        assertDiffers(
                "{\"a\": {\"b\": [1]}}",
                "{\"a\": {\"b\": {\"c\": 1}}}",
                "a.b: expected an array of 1, but was an object with [c]");
        assertDiffers("1", "\"1\"", "expected 1, but was \"1\"");
    }
}

package dev.sluice.proxy.cache.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.field.StructuredItem.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9651. */
class StructuredFieldsTest {
    private static Map<String, StructuredItem> dictionary(String... lines) {
        return StructuredFields.dictionary(List.of(lines));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "a=1 | INTEGER |  | 1",
                "a=-999999999999999 | INTEGER |  | -999999999999999",
                "a=0042 | INTEGER |  | 42",
                "a=1.5 | DECIMAL | 1.5 | 0",
                "a=-123456789012.125 | DECIMAL | -123456789012.125 | 0",
                "a=\"x \\\"\\\\y\" | STRING | x \"\\y | 0",
                "a=\"\" | STRING |  | 0",
                "a=tok:en/* | TOKEN | tok:en/* | 0",
                "a=*x | TOKEN | *x | 0",
                "a=:aGk=: | BYTES | aGk= | 0",
                "a=?1 | BOOLEAN |  | 1",
                "a=?0 | BOOLEAN |  | 0",
                "a | BOOLEAN |  | 1",
                "a=@1659578233 | DATE |  | 1659578233",
                "a=%\"caf%c3%a9\" | DISPLAY_STRING | caf\u00e9 | 0",
                "a=( 1 \"b\";c  d ) | INNER_LIST |  | 0",
                "a=() | INNER_LIST |  | 0"
            },
            delimiter = '|')
    void eachKindOfValueIsRead(String line, Kind kind, String text, long number) {
        StructuredItem item = dictionary(line).get("a");

        assertThat(item.kind()).isEqualTo(kind);
        assertThat(item.text()).isEqualTo(text == null ? "" : text);
        assertThat(item.number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,",
                ",a",
                "a,,b",
                "A",
                "a=",
                "a =1",
                "a= 1",
                "a=1 b",
                "a=1;",
                "a=1;B",
                "a=1;b=",
                "1",
                "a=\"x",
                "a=\"x\\n\"",
                "a=\"\u00e9\"",
                "a=\"\t\"",
                "a=1.",
                "a=.5",
                "a=1.2345",
                "a=1234567890123456",
                "a=1234567890123.1",
                "a=-",
                "a=--1",
                "a=+1",
                "a=?2",
                "a=?",
                "a=:a",
                "a=:*:",
                "a=@1.5",
                "a=@",
                "a=%\"%C3%A9\"",
                "a=%\"%zz\"",
                "a=%\"%ff\"",
                "a=%x",
                "a=(1",
                "a=(1,2)",
                "a=(1\"b\")",
                "a=1;;b",
                "a=\"x\"y",
                "a=(()))",
                "\u00e9"
            })
    void whatIsMalformedMakesTheWholeFieldMalformed(String line) {
        assertThat(dictionary(line)).isNull();
        assertThat(dictionary("b=1", line)).isNull();
        assertThat(dictionary(line, "b=1")).isNull();
    }

    @Test
    void linesAreJoinedAndOfEqualKeysTheLastCounts() {
        Map<String, StructuredItem> members = dictionary("a=1 ,\tb", "c;x=1;x=2;y", "a=2");

        assertThat(members.keySet()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(members.get("a").number()).isEqualTo(2);
        assertThat(members.get("c").parameters().get("x").number()).isEqualTo(2);
        assertThat(members.get("c").parameters().get("y").isTrue()).isTrue();
        assertThat(dictionary()).isEmpty();
        assertThat(dictionary("")).isEmpty();
    }

    @Test
    void aListHasItsMembersInOrder() {
        List<StructuredItem> members = StructuredFields.list(List.of("a; hit, \"b c\";ttl=-5", "a"));

        assertThat(members.stream().map(StructuredItem::text)).containsExactly("a", "b c", "a");
        assertThat(members.get(1).parameters().get("ttl").number()).isEqualTo(-5);
        assertThat(StructuredFields.list(List.of("a b"))).isNull();
        assertThat(StructuredFields.list(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"abc, true", "*, true", "a:b/c, true", "1a, false", "'', false", "a b, false", "a\", false"})
    void aTokenIsNotQuoted(String text, boolean token) {
        assertThat(StructuredFields.isToken(text)).isEqualTo(token);
    }
}

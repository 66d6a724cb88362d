package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    @Test
    void linesKeepOrderCaseAndDuplicates() {
        Headers headers = Headers.of("B", "1", "a", "2", "b", "3");

        assertThat(headers.size()).isEqualTo(3);
        assertThat(headers.name(0)).isEqualTo("B");
        assertThat(headers.all("b")).containsExactly("1", "3");
        assertThat(headers.first("A")).contains("2");
    }

    @Test
    void whitespaceAroundAValueIsNotPartOfIt() {
        assertThat(Headers.of("A", " \tx y\t ").value(0)).isEqualTo("x y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "ä", "a\n", "a("})
    void aNameThatIsNoTokenIsRefused(String name) {
        assertThatThrownBy(() -> Headers.of(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nB: c", "a\nb", "a\0", "\u007f", "\u0100", "a\rb"})
    void aValueThatCouldForgeALineIsRefusedAndNotShown(String value) {
        assertThatThrownBy(() -> Headers.of("Name", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name")
                .hasMessageNotContaining(value);
    }

    @Test
    void setReplacesTheFirstLineAndDropsTheOthers() {
        Headers headers = Headers.of("a", "1", "X", "2", "b", "3", "x", "4");

        assertThat(headers.toBuilder().set("x", "5").build()).isEqualTo(Headers.of("a", "1", "x", "5", "b", "3"));
        assertThat(headers.toBuilder().set("c", "5").build().value(4)).isEqualTo("5");
    }

    @Test
    void removeAndReplaceFindNamesInAnyCase() {
        Headers headers = Headers.of("A", "1", "b", "2", "a", "3");

        assertThat(headers.toBuilder().remove("a").build()).isEqualTo(Headers.of("b", "2"));
        assertThat(headers.toBuilder().replace("a", v -> v + v).build().all("a"))
                .containsExactly("11", "33");
        assertThatThrownBy(() -> headers.toBuilder().replace("a", v -> "\n")).hasMessageContaining("field a");
    }

    @Test
    void aListIsReadOverAllItsLines() {
        Headers headers = Headers.of("Connection", "close, ,X-A", "connection", " x-b ");

        assertThat(headers.list("connection")).containsExactly("close", "X-A", "x-b");
        assertThat(headers.hasToken("Connection", "x-a")).isTrue();
        assertThat(headers.hasToken("Connection", "x")).isFalse();
    }

    @Test
    void equalityIgnoresOnlyTheCaseOfNames() {
        assertThat(Headers.of("A", "x")).isEqualTo(Headers.of("a", "x")).hasSameHashCodeAs(Headers.of("a", "x"));
        assertThat(Headers.of("A", "x")).isNotEqualTo(Headers.of("A", "X"));
    }

    @Test
    void valuesAreNotInTheTextForm() {
        assertThat(Headers.of("Authorization", "secret")).hasToString("Headers[Authorization]");
    }

    @Test
    void aBuilderDoesNotChangeWhatItBuilt() {
        Headers.Builder builder = Headers.builder().add("a", "1");
        Headers first = builder.build();
        builder.add("b", "2");

        assertThat(first.size()).isEqualTo(1);
        assertThatThrownBy(() -> Headers.of("a")).hasMessageContaining("pairs");
    }

    @Test
    void withoutDropsLinesByNameAndIsTheSameObjectWhenThereIsNone() {
        Headers headers = Headers.of("A", "1", "b", "2", "a", "3");

        assertThat(headers.without("a"::equalsIgnoreCase)).isEqualTo(Headers.of("b", "2"));
        assertThat(headers.without("c"::equals)).isSameAs(headers);
    }

    @Test
    void returnedValuesCannotBeChanged() {
        Headers headers = Headers.of("A", "1", "A", "2,3");

        for (List<String> values : List.of(headers.all("a"), headers.all("b"), headers.list("a"), headers.list("b"))) {
            assertThatThrownBy(() -> values.add("x")).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(headers.all("a")).containsExactly("1", "2,3");
    }

    @Test
    void aBuilderDropsAllLinesOfANameAndKeepsTheOthersInOrder() {
        Headers headers = Headers.of("A", "1", "B", "2", "a", "3", "C", "4", "A", "5", "D", "6");

        assertThat(headers.toBuilder().remove("a").build()).isEqualTo(Headers.of("B", "2", "C", "4", "D", "6"));
        assertThat(headers.toBuilder().set("a", "x").build())
                .isEqualTo(Headers.of("A", "x", "B", "2", "C", "4", "D", "6"));
        assertThat(headers.toBuilder()
                        .removeIf((name, value) -> value.compareTo("4") >= 0)
                        .build())
                .isEqualTo(Headers.of("A", "1", "B", "2", "a", "3"));
        assertThat(headers.size()).isEqualTo(6);
    }
}

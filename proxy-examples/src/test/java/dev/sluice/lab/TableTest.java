package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("proxy", "n");
        table.row("direct/direct", "1,234");
        assertThat(table.markdown()).isEqualTo("""
                        | proxy         | n     |
                        | ------------- | ----- |
                        | direct/direct | 1,234 |
                        """);
    }

    @Test
    void aRowHasACellForEachColumn() {
        Table table = new Table("proxy", "n");
        assertThatThrownBy(() -> table.row("nginx")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"12.34, 12.3", "99.96, 100.0", "123.4, 123", "'65536', '65,536'", "0, 0.0"})
    void numbersShowThreeDigitsOrMore(double value, String shown) {
        assertThat(Table.number(value)).isEqualTo(shown);
    }

    @Test
    void ratiosTimesAndSizesHaveTheirUnits() {
        assertThat(Table.ratio(97, 100)).isEqualTo("0.97");
        assertThat(Table.millis(1_234)).isEqualTo("1.23");
        assertThat(Table.megabytes(20.0 * 1024 * 1024)).isEqualTo("20.0");
    }
}

package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The quick figures. The command checks the others, which take minutes. */
class FiguresTest {
    static Stream<FigureGroup> quick() {
        return Stream.of(new MaglevFigures(), new BoundedLoadFigures(), new SlowMemberFigures());
    }

    @ParameterizedTest
    @MethodSource("quick")
    void ourFiguresMatchThePublishedOnes(FigureGroup group) {
        assertThat(group.measure(1)).allMatch(Figure::passed);
    }

    @Test
    void aFigureOutsideItsBoundsHasFailed() {
        List<Figure> figures = List.of(
                new Figure("low", "2", 0.9, 1, 3, "%.1f"),
                new Figure("good", "2", 3, 1, 3, "%.1f"),
                new Figure("none", "2", Double.NaN, 1, 3, "%.1f"));

        assertThat(figures).extracting(Figure::passed).containsExactly(false, true, false);
        assertThat(Figure.table(figures)).contains("| low    | 2         | 0.9  | 1.0 to 3.0 | FAIL |");
    }
}

package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of recipes is complete, and no recipe is long. */
class RecipeIndexTest {
    private static final String FOLDER = "java/dev/sluice/examples/recipes/";

    @Test
    void eachRecipeIsInTheListAndHasAtMostEightyLines() throws IOException {
        String list = Files.readString(Path.of("README.md"));
        List<Path> recipes = Stream.concat(
                        files("src/main/", ".java").filter(file -> !file.endsWith("package-info.java")),
                        files("src/test/", "InUnitTest.java"))
                .toList();
        assertThat(recipes).hasSizeGreaterThan(20).allSatisfy(recipe -> {
            assertThat(list).contains("(" + recipe.toString().replace('\\', '/') + ")");
            assertThat(Files.readAllLines(recipe)).hasSizeLessThanOrEqualTo(80);
        });
        assertThat(list).contains("(src/main/java/dev/sluice/examples/grid/SharedCache.java)");
        for (String ofGrpc : List.of("", "/CallContract.java", "/PoolTest.java")) {
            assertThat(list).contains("(grpc/src/test/java/dev/sluice/grpc" + ofGrpc + ")");
            assertThat(Path.of("grpc/src/test/java/dev/sluice/grpc" + ofGrpc)).exists();
        }
        for (String adapter : List.of(
                "opentelemetry/OpenTelemetrySpans",
                "opentelemetry/OpenTelemetryMetrics",
                "micrometer/MicrometerMetrics")) {
            String project = adapter.substring(0, adapter.indexOf('/'));
            for (String file : List.of("/src/main/java/dev/sluice/%s.java", "/src/test/java/dev/sluice/%sTest.java")) {
                assertThat(list).contains("(" + project + file.formatted(adapter) + ")");
                assertThat(Path.of(project + file.formatted(adapter))).exists();
            }
        }
        String checks = "browser/src/test/node/checks.mjs";
        assertThat(list).contains("(" + checks + ")");
        assertThat(Path.of(checks)).exists();
        assertThat(list.split("\\]\\(", -1)).as("links").hasSize(recipes.size() + 15);
    }

    private static Stream<Path> files(String root, String end) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(root + FOLDER))) {
            return files.filter(file -> file.toString().endsWith(end)).toList().stream();
        }
    }
}

package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example in the javadoc of core and balancer compiles against the library as it is. */
class JavadocTest {
    private static final List<Path> MODULES = List.of(Path.of("../proxy-core"), Path.of("../proxy-balancer"));
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\n(.*?)\n[ *]*\\}</pre>", Pattern.DOTALL);
    /** The beginning of an example. An example in a form that {@link #EXAMPLE} does not match fails the test. */
    private static final Pattern BEGIN = Pattern.compile("<pre>\\s*\\{@code|\\{@snippet|<code>");

    private static final Pattern PUBLIC = Pattern.compile("(?m)^public .*(class|interface|record|enum) ");

    private static final Pattern EXPORT = Pattern.compile("exports ([\\w.]+);");

    private static final List<String> OTHERS = List.of(
            "java.net",
            "java.nio.file",
            "java.time",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "javax.net.ssl");

    /** Variables that examples use without declaring them. An example that declares such a variable hides it. */
    private static final String GIVEN = """
            UpstreamPool pool, stablePool, canaryPool;
            ReverseProxy proxy;
            Pipeline pipeline;
            ProxyHandler handler;
            ProxyFilter filter, staff;
            ProxyServer server;
            FakeGateway gateway;
            Discovery discovery;
            Registry client;
            Executor executor;
            byte[] secretOfAllProxies;
            org.slf4j.Logger log;

            interface Registry { List<Node> healthy(String service); }

            interface Node { String address(); String id(); }

            record UserClient(URI uri) { String name(int id) { return ""; } }

            static class MyFilter implements ProxyFilter {
                public ProxyResponse filter(ProxyRequest request, ProxyHandler next) { return null; }
            }

            void serve(UpstreamPool pool) {}
            """;

    @TempDir
    private Path classes;

    /**
     * An example.
     *
     * @param own imports of the public types of its package, whose names come before those of others
     */
    private record Example(String name, String where, String own, String text) {}

    @Test
    void everyExampleCompiles() throws IOException {
        List<Example> examples = examples();
        assertThat(examples).hasSizeGreaterThan(20);
        String imports = imports();
        DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
        ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        messages,
                        List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()),
                        null,
                        examples.stream().map(each -> source(imports, each)).toList())
                .call();

        assertThat(messages.getDiagnostics())
                .filteredOn(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .extracting(each -> where(examples, each) + ": " + each.getMessage(null))
                .isEmpty();
    }

    private static String where(List<Example> examples, Diagnostic<? extends JavaFileObject> message) {
        JavaFileObject source = message.getSource();
        String file = source == null ? "" : source.getName();
        return examples.stream()
                .filter(each -> file.equals("/" + each.name() + ".java"))
                .map(Example::where)
                .collect(Collectors.joining());
    }

    private static List<Example> examples() throws IOException {
        List<Example> all = new ArrayList<>();
        for (Path module : MODULES) {
            Path sources = module.resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    String text = read(file);
                    Matcher example = EXAMPLE.matcher(text);
                    long before = all.size();
                    while (example.find()) {
                        String code = example.group(1).replaceAll("(?m)^ *\\* ?", "");
                        String where = sources.relativize(file).toString();
                        all.add(new Example("Example" + all.size(), where, own(sources, file.getParent()), code));
                    }
                    assertThat(all.size() - before)
                            .as("examples in " + file)
                            .isEqualTo(BEGIN.matcher(text).results().count());
                }
            }
        }
        return all;
    }

    private static String own(Path sources, Path directory) throws IOException {
        String name = sources.relativize(directory)
                .toString()
                .replace(directory.getFileSystem().getSeparator(), ".");
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> PUBLIC.matcher(read(file)).find())
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .map(type -> "import " + name + "." + type + ";\n")
                    .collect(Collectors.joining());
        }
    }

    private static String imports() {
        Stream<String> exported = MODULES.stream()
                .flatMap(module -> EXPORT.matcher(read(module.resolve("src/main/java/module-info.java")))
                        .results())
                .map(result -> result.group(1));
        return Stream.concat(exported, OTHERS.stream())
                        .map(name -> "import " + name + ".*;\n")
                        .collect(Collectors.joining())
                + "import com.sun.net.httpserver.HttpServer;\n"
                + "import dev.sluice.proxy.auth.Authenticator;\n"
                + "import org.junit.jupiter.api.Test;\n"
                + "import org.junit.jupiter.api.extension.ExtendWith;\n"
                + "import org.junit.jupiter.api.extension.RegisterExtension;\n"
                + "import static org.assertj.core.api.Assertions.assertThat;\n";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static JavaFileObject source(String imports, Example example) {
        String text = imports + example.own() + "class " + example.name() + " {\n" + GIVEN
                + "void run() throws Exception {\n" + example.text() + "\n} }\n";
        return new SimpleJavaFileObject(
                URI.create("string:///" + example.name() + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}

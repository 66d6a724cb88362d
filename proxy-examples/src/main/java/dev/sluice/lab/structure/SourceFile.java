package dev.sluice.lab.structure;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A source file.
 *
 * @param inPackage its package
 * @param visible whether its top-level type is public
 */
record SourceFile(String inPackage, String name, int lines, boolean visible, List<Method> methods) {
    static final int LONG_METHOD = 30;

    /** A method with a body, from its first modifier or annotation to its last brace. */
    record Method(String name, int lines) {}

    /** All files below a folder, except those that declare a package or a module. */
    static List<SourceFile> all(Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<SourceFile> files = new ArrayList<>();
        try (var walk = Files.walk(folder);
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = walk.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> !each.endsWith("package-info.java") && !each.endsWith("module-info.java"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                files.add(of(unit, positions));
            }
        }
        return files;
    }

    private static SourceFile of(CompilationUnitTree unit, SourcePositions positions) {
        LineMap map = unit.getLineMap();
        List<Method> methods = new ArrayList<>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
                long begin = positions.getStartPosition(unit, method);
                long end = positions.getEndPosition(unit, method);
                if (method.getBody() != null && end > begin && begin >= 0) {
                    int lines = (int) (map.getLineNumber(end) - map.getLineNumber(begin) + 1);
                    methods.add(new Method(method.getName().toString(), lines));
                }
                return super.visitMethod(method, null);
            }
        }.scan(unit, null);
        Path path = Path.of(unit.getSourceFile().toUri());
        Tree type = unit.getTypeDecls().get(0);
        boolean visible = type instanceof ClassTree declared
                && declared.getModifiers().getFlags().contains(Modifier.PUBLIC);
        String name = String.valueOf(path.getFileName()).replace(".java", "");
        return new SourceFile(String.valueOf(unit.getPackageName()), name, lines(path), visible, methods);
    }

    private static int lines(Path path) {
        try {
            return Files.readAllLines(path).size();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

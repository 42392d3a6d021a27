package dev.mobilesync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.MapAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * Evaluates the formulas of docs/scaling.md, whose names are those of its tables. {@code -Dscaling.update=true} writes the
 * results into the document.
 */
class ScalingDocumentTests {

    private static final Path DOCUMENT = Repository.file("docs/scaling.md");

    /** The columns {@code 100,000} and {@code 1,000,000}. */
    private static final List<Double> EXAMINEES = List.of(100_000.0, 1_000_000.0);

    private static final int FORMULA = 2;
    private static final int FIRST_RESULT = 3;
    private static final double TWO_DECIMALS_BELOW = 10;

    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final List<Values> scenarios = EXAMINEES.stream().map(Values::new).toList();

    /** The values of the rows so far, and the functions of formulas. */
    static final class Values extends HashMap<String, Double> {

        private static final long serialVersionUID = 1;

        Values(double examinees) {
            put("examinees", examinees);
        }

        public double ceil(double value) {
            return Math.ceil(value);
        }

        public double max(double a, double b) {
            return Math.max(a, b);
        }
    }

    @Test
    void resultsFollowFromInputs() throws IOException {
        List<String> calculated = calculate(Files.readAllLines(DOCUMENT));
        if (Boolean.getBoolean("scaling.update")) {
            Files.write(DOCUMENT, calculated);
        }
        assertThat(Files.readAllLines(DOCUMENT))
                .as("update docs/scaling.md with -Dscaling.update=true")
                .isEqualTo(calculated);
        assertThat(scenarios.get(0)).containsKey("firstBottleneck");
    }

    private List<String> calculate(List<String> document) {
        List<String> lines = new ArrayList<>();
        for (String line : document) {
            String[] cells = line.split("\\|", -1);
            boolean isRow = line.startsWith("| `");
            boolean isFormula = isRow && cells[FORMULA].strip().startsWith("`");
            if (isFormula) {
                calculateRow(name(cells), cells);
            } else if (isRow) {
                double value = Double.parseDouble(cells[FORMULA].strip().replace(",", ""));
                scenarios.forEach(scenario -> scenario.put(name(cells), value));
            }
            lines.add(isFormula ? String.join("|", cells) : line);
        }
        return lines;
    }

    private static String name(String[] cells) {
        return cells[1].strip().replace("`", "");
    }

    private void calculateRow(String name, String[] cells) {
        String formula = cells[FORMULA].strip().replace("`", "");
        for (int i = 0; i < scenarios.size(); i++) {
            Values scenario = scenarios.get(i);
            StandardEvaluationContext context = new StandardEvaluationContext(scenario);
            context.addPropertyAccessor(new MapAccessor());
            Double value = parser.parseExpression(formula).getValue(context, Double.class);
            assertThat(value).as(formula).isNotNull();
            scenario.put(name, value);
            cells[FIRST_RESULT + i] = " " + format(value) + " ";
        }
    }

    private static String format(double value) {
        boolean isWhole = value == Math.rint(value) || value >= TWO_DECIMALS_BELOW;
        return String.format(Locale.ROOT, isWhole ? "%,.0f" : "%.2f", value);
    }
}

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Asks veraPDF whether each file is PDF/UA-1, and prints a line of JSON for each. */
public class Validate {

    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            System.out.println(new ObjectMapper().writeValueAsString(validated(new File(file))));
        }
    }

    private static Map<String, Object> validated(File file) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, PDFAFlavour.PDFUA_1);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFUA_1, false)) {
            ValidationResult result = validator.validate(parser);
            List<Map<String, Object>> failed = new ArrayList<>();
            for (TestAssertion one : result.getTestAssertions()) { // of each rule the first hundred
                Map<String, Object> said = new LinkedHashMap<>();
                said.put("clause", one.getRuleId().getClause());
                said.put("test", one.getRuleId().getTestNumber());
                said.put("message", one.getErrorMessage() == null ? one.getMessage() : one.getErrorMessage());
                said.put("place", one.getLocation().getContext());
                failed.add(said);
            }
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("file", file.getPath());
            found.put("compliant", result.isCompliant());
            found.put("profile", result.getValidationProfile().getDetails().getName());
            found.put("rules", result.getValidationProfile().getRules().size());
            found.put("checks", result.getTotalAssertions());
            found.put("failed", failed);
            return found;
        }
    }
}

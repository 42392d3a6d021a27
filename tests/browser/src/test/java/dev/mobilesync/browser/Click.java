package dev.mobilesync.browser;

import org.openqa.selenium.By;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.ExpectedConditions;

/** Clicks an element once it is visible and enabled. Before the click, the page may draw it again, or another one over it. */
final class Click implements ExpectedCondition<Boolean> {

    private final ExpectedCondition<WebElement> clickable;

    Click(String css) {
        clickable = ExpectedConditions.elementToBeClickable(By.cssSelector(css));
    }

    @Override
    public Boolean apply(WebDriver page) {
        try {
            WebElement element = clickable.apply(page);
            if (element == null) {
                return false;
            }
            element.click();
            return true;
        } catch (StaleElementReferenceException | ElementClickInterceptedException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "click on " + clickable;
    }
}

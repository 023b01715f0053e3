// What every page does.
import { find } from './dom.ts'
import { watchScrollers } from './scrollers.ts'
import { watchTheme } from './theme.ts'

watchTheme(find('[name=theme]', HTMLButtonElement))
watchScrollers(find('main', HTMLElement))

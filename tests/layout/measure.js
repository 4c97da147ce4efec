// Finds what a user cannot see or reach on the current screen, one line for each problem. The body of a function.

const problems = new Set()
const about = (element) => {
  const text = (element.innerText ?? element.value ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)
  const classes = [...element.classList].filter((name) => !name.startsWith('svelte-')).join('.')
  return `${element.localName}${classes && '.' + classes} "${element.ariaLabel ?? text}"`
}
const dialog = [...document.querySelectorAll('dialog[open]')].at(-1)
const popup = document.querySelector('.popover, .filter-popup, [role=menu], [role=listbox]')
const root = popup ?? dialog ?? document.body
const isHidden = (element) => {
  if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('[inert]')) return true
  // For screen readers only.
  for (let above = element; above; above = above.parentElement) {
    if (getComputedStyle(above).clipPath === 'inset(50%)') return true
  }
  return false
}

// 1. Nothing scrolls sideways, and nothing lies outside of the window at its sides.
for (const element of [document.scrollingElement, ...document.querySelectorAll('*')]) {
  const { overflowX } = getComputedStyle(element)
  const scrolls = element === document.scrollingElement || overflowX === 'auto' || overflowX === 'scroll'
  if (scrolls && element.scrollWidth > element.clientWidth + 1) {
    problems.add(`${about(element)} scrolls sideways by ${element.scrollWidth - element.clientWidth}`)
  }
}

// 2. No text is cut off where it cannot be scrolled to.
const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
while (texts.nextNode()) {
  const { currentNode: text } = texts
  const parent = text.parentElement
  if (!text.data.trim() || isHidden(parent) || parent.closest('option, svg, style, script')) continue
  const range = document.createRange()
  range.selectNodeContents(text)
  const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0)
  for (const box of boxes) {
    // An ellipsis tells that there is more, which the title shows. What a container scrolls can be reached.
    let [reachableX, reachableY] = [false, false]
    for (let cut = parent; cut && cut !== document.body; cut = cut.parentElement) {
      const { overflowX, overflowY, textOverflow, position } = getComputedStyle(cut)
      const edges = cut.getBoundingClientRect()
      const hides = (overflow) => overflow === 'hidden' || overflow === 'clip'
      const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll'
      if (textOverflow === 'ellipsis' || scrolls(overflowX)) reachableX = true
      if (scrolls(overflowY)) reachableY = true
      const beside = hides(overflowX) && (box.right > edges.right + 1 || box.left < edges.left - 1)
      // Letters do not fill the height of their box.
      const below = hides(overflowY) && (box.bottom > edges.bottom + 4 || box.top < edges.top - 4)
      if ((beside && !reachableX) || (below && !reachableY)) problems.add(`${about(parent)} is cut by ${about(cut)}`)
      if (position === 'fixed') break
    }
    if (!reachableX && (box.left < -1 || box.right > innerWidth + 1)) problems.add(`${about(parent)} lies outside of the window`)
  }
}

// 3. Every control can be scrolled into view, as a whole or at least by its middle, and nothing covers it.
const controls = 'button, a[href], input, select, textarea, summary, [role=menuitem], [role=option]'
for (const control of root.querySelectorAll(controls)) {
  if (isHidden(control) || control.getClientRects().length === 0 || getComputedStyle(control).opacity === '0') continue
  control.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' })
  const { left, right, top, bottom, height } = control.getBoundingClientRect()
  const [x, y] = [(left + right) / 2, (top + bottom) / 2]
  if (left < -1 || right > innerWidth + 1 || (height < innerHeight && (top < -1 || bottom > innerHeight + 1))) {
    problems.add(`${about(control)} cannot be scrolled into view: it is at ${[left, top, right, bottom].map(Math.round)} of ${innerWidth} x ${innerHeight}`)
    continue
  }
  const onTop = document.elementFromPoint(x, y)
  const belongs = onTop && (control.contains(onTop) || onTop.contains(control) || onTop.closest('label')?.control === control)
  if (!belongs) problems.add(`${about(control)} is covered by ${onTop ? about(onTop) : 'nothing'}`)
}
for (const element of document.querySelectorAll('main, dialog')) element.scrollTop = 0
return [...problems]
